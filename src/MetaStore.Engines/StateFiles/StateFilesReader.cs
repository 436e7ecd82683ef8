using System.Buffers.Binary;
using System.Text;
using MetaStore.IO;

namespace MetaStore.Engines.StateFiles;

/// <summary>Reads an untrusted state as files: names, lengths, order, counts and checksums are verified.</summary>
internal sealed class StateFilesReader
{
    private readonly Stream _source;
    private readonly IStateFileNames _names;
    private readonly IStateFilesTarget? _target;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly byte[] _piece = new byte[StateFilesLayout.PieceBytes];
    private long _offset;
    private long _bytes;

    private StateFilesReader(Stream source, IStateFileNames names, IStateFilesTarget? target) => (_source, _names, _target) = (source, names, target);

    /// <summary>Reads all of it.</summary>
    /// <param name="source">Positioned at the first byte; at its end afterwards.</param>
    /// <param name="own">The format this member accepts; any other is rejected before the target receives anything.</param>
    /// <param name="names">The valid names.</param>
    /// <param name="target">Receives the files; null when they are only checked.</param>
    /// <param name="cancellation">Checked once per block.</param>
    /// <exception cref="EngineException">Damaged, or of a format that <paramref name="own"/> does not read; the message says what and where.</exception>
    internal static void Read(Stream source, StateFilesFormat own, IStateFileNames names, IStateFilesTarget? target, CancellationToken cancellation)
    {
        var reader = new StateFilesReader(source, names, target);
        var (format, files) = reader.ReadHeader();
        if (!own.Reads(format))
        {
            throw new EngineException(EngineFault.WrongEngine, $"the state is in files of {format}, and this member reads those of {own}");
        }

        for (var number = 0; number < files; number++)
        {
            reader.ReadFile(number, cancellation);
        }

        reader.ReadTrailer();
    }

    /// <summary>Reads the format of the files, and nothing after it.</summary>
    internal static StateFilesFormat ReadFormat(Stream source, IStateFileNames names) => new StateFilesReader(source, names, null).ReadHeader().Format;

    private (StateFilesFormat Format, int Files) ReadHeader()
    {
        Span<byte> header = stackalloc byte[StateFilesLayout.HeaderBytes];
        Fill(header, "the header");
        Require(header[..8].SequenceEqual(StateFilesLayout.Magic), "this is not a state as files: the first eight bytes are wrong");
        RequireSum(header[..44], header[44..], "header");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        Require(version == StateFilesLayout.Version, $"format {version} is not known, only {StateFilesLayout.Version}");
        var files = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        Require(files is > 0 and <= StateFilesLayout.FilesMax, $"it claims to be {files} files");
        var library = new Version(
            BinaryPrimitives.ReadUInt16LittleEndian(header[36..]),
            BinaryPrimitives.ReadUInt16LittleEndian(header[38..]),
            BinaryPrimitives.ReadUInt16LittleEndian(header[40..]));
        var layout = BinaryPrimitives.ReadInt32LittleEndian(header[32..]);
        return (new StateFilesFormat(TextOf(header.Slice(16, StateFilesLayout.EngineBytes)), layout, library), files);
    }

    private void ReadFile(int number, CancellationToken cancellation)
    {
        Span<byte> head = stackalloc byte[StateFilesLayout.HeadBytes];
        Fill(head, $"the head of file {number}");
        RequireSum(head[..44], head[44..], $"head of file {number}");
        var found = BinaryPrimitives.ReadInt32LittleEndian(head[40..]);
        Require(found == number, $"file {found} stands where file {number} belongs");
        var name = TextOf(head[..StateFilesLayout.NameBytes]);
        Require(_names.IsName(name), $"file {number} is called \"{name}\", which is no name of the engine's");
        Require(_seen.Add(name), $"there are two files {name}");
        var length = BinaryPrimitives.ReadInt64LittleEndian(head[32..]);
        Require(length >= 0, $"{name} claims {length} bytes");
        _target?.Begin(name);
        ReadBytes(name, length, cancellation);
        _target?.End();
        _bytes += length;
    }

    private void ReadBytes(string name, long length, CancellationToken cancellation)
    {
        var sum = 0U;
        for (var left = length; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = _piece.AsSpan(0, (int)Math.Min(_piece.Length, left));
            Fill(piece, name);
            sum = Crc32C.Compute(piece, sum);
            _target?.Write(piece);
            left -= piece.Length;
        }

        Span<byte> expected = stackalloc byte[StateFilesLayout.SumBytes];
        Fill(expected, $"the checksum of {name}");
        Require(sum == BinaryPrimitives.ReadUInt32LittleEndian(expected), $"{name} has a wrong checksum");
    }

    private void ReadTrailer()
    {
        Span<byte> trailer = stackalloc byte[StateFilesLayout.TrailerBytes];
        Fill(trailer, "the trailer");
        RequireSum(trailer[..8], trailer[8..], "trailer");
        var bytes = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        Require(bytes == _bytes, $"{bytes} bytes were written, {_bytes} are here");
        Require(_names.AreWhole(_seen), "files are missing: there is no database in those that are here");
        Require(_source.Read(trailer[..1]) == 0, "unknown data follows");
    }

    private void Fill(Span<byte> target, string what)
    {
        var read = _source.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        _offset += read;
        Require(read == target.Length, $"it ends inside {what}");
    }

    private void RequireSum(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected, string what) =>
        Require(Crc32C.Compute(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(expected), $"the {what} has a wrong checksum");

    private void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new EngineException($"state files damaged before byte {_offset}: {what}");
        }
    }

    /// <summary>Non-ASCII bytes become a question mark, which is in no valid name.</summary>
    private static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes.TrimEnd((byte)0));
}
