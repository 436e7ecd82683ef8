using System.Buffers.Binary;
using System.Text;
using MetaStore.IO;

namespace MetaStore.Engines.StateFiles;

/// <summary>Writes files in the layout of <see cref="StateFilesLayout"/>, with one block in memory at a time.</summary>
internal static class StateFilesWriter
{
    /// <param name="format">Format of the files.</param>
    /// <param name="files">Path and length of each. They must not change any more.</param>
    /// <param name="target">Neither flushed nor closed.</param>
    /// <param name="cancellation">Checked once per block.</param>
    /// <exception cref="EngineException">A file cannot be read, or its length has changed.</exception>
    internal static void Write(
        StateFilesFormat format, IReadOnlyList<(string Path, long Bytes)> files, Stream target, CancellationToken cancellation)
    {
        target.Write(Header(format, files.Count));
        var buffer = new byte[StateFilesLayout.PieceBytes];
        for (var i = 0; i < files.Count; i++)
        {
            var (path, bytes) = files[i];
            target.Write(Head(Path.GetFileName(path), bytes, i));
            var sum = Copy(path, bytes, target, buffer, cancellation);
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, sum);
            target.Write(buffer.AsSpan(0, StateFilesLayout.SumBytes));
        }

        var trailer = buffer.AsSpan(0, StateFilesLayout.TrailerBytes);
        BinaryPrimitives.WriteInt64LittleEndian(trailer, files.Sum(file => file.Bytes));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[8..], Crc32C.Compute(trailer[..8]));
        target.Write(trailer);
    }

    internal static byte[] Header(StateFilesFormat format, int files)
    {
        var header = new byte[StateFilesLayout.HeaderBytes];
        StateFilesLayout.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), StateFilesLayout.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), files);
        Encoding.ASCII.GetBytes(format.Engine, header.AsSpan(16, StateFilesLayout.EngineBytes));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(32), format.Layout);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(36), (ushort)format.Library.Major);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(38), (ushort)format.Library.Minor);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(40), (ushort)format.Library.Build);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(44), Crc32C.Compute(header.AsSpan(0, 44)));
        return header;
    }

    internal static byte[] Head(string name, long length, int number)
    {
        var head = new byte[StateFilesLayout.HeadBytes];
        Encoding.ASCII.GetBytes(name, head.AsSpan(0, StateFilesLayout.NameBytes));
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(32), length);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(40), number);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(44), Crc32C.Compute(head.AsSpan(0, 44)));
        return head;
    }

    private static uint Copy(string path, long bytes, Stream target, byte[] buffer, CancellationToken cancellation)
    {
        var sum = 0U;
        using var file = OpenToRead(path);
        for (var offset = 0L; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = ReadSome(file, path, offset, buffer);
            offset += read;
            if (offset > bytes || (read == 0 && offset < bytes))
            {
                throw new EngineException($"{path} has {offset} bytes or more and had {bytes}");
            }

            if (read == 0)
            {
                return sum;
            }

            sum = Crc32C.Compute(buffer.AsSpan(0, read), sum);
            target.Write(buffer, 0, read);
        }
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenToRead(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineFault.Io, $"{path} cannot be opened: {refused.Message}", refused);
        }
    }

    private static int ReadSome(Microsoft.Win32.SafeHandles.SafeFileHandle file, string path, long offset, byte[] buffer)
    {
        try
        {
            return RandomAccess.Read(file, buffer, offset);
        }
        catch (IOException refused)
        {
            throw new EngineException(EngineFault.Io, $"{path} cannot be read: {refused.Message}", refused);
        }
    }
}
