using System.Buffers.Binary;
using System.Text;
using MetaStore.Engines;
using MetaStore.Engines.RocksDb.Files;
using MetaStore.Engines.StateFiles;
using MetaStore.Fuzz.Inputs;
using MetaStore.IO;
using MetaStore.Raft.Storage;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// A state that another member sends as files of RocksDB, also with right checksums, the text by which it says which files it takes, and the small files
/// beside a state: who owns the directory, and which database counts. The first byte says which.
/// </summary>
internal static class FilesTarget
{
    private const string Folder = "/data";

    private static readonly StateFilesFormat Own = new("rocksdb", 1, new Version(7, 8, 3));

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        byte[] bytes = input[1..];
        switch (input[0] % 5)
        {
            case 0:
                ReadState(bytes);
                break;
            case 1:
                Checksums.OfStateFiles(bytes);
                ReadState(bytes);
                break;
            case 2:
                ReadFormat(Encoding.Latin1.GetString(bytes));
                break;
            case 3:
                ReadOwner(bytes);
                break;
            default:
                _ = Generations.Named(Encoding.Latin1.GetString(bytes));
                break;
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] state = State(("000012.sst", 700), ("MANIFEST-000004", 60), (DatabaseFileNames.Current, 16));
        yield return [0, .. state];
        yield return [1, .. state];
        yield return [1, .. State((DatabaseFileNames.Current, 0), ("MANIFEST-000001", 1))];
        yield return [2, .. Encoding.ASCII.GetBytes(Own.ToString())];
        yield return [3, .. DirectoryIdentity.Create(0xC1, 7, 0x4E, EngineKind.RocksDb).Encode()];
        yield return [4, .. "db-000000000000000a\n"u8];
    }

    private static void ReadState(byte[] bytes)
    {
        var files = new Received();
        try
        {
            StateFilesReader.Read(new MemoryStream(bytes), Own, DatabaseFileNames.Instance, files, CancellationToken.None);
        }
        catch (EngineException)
        {
            // Refused.
            return;
        }

        if (files.IsOpen || !DatabaseFileNames.Instance.AreWhole(files.Names) || files.Names.Any(name => Path.GetFileName(name) != name))
        {
            throw new InvalidOperationException("files that make no database were accepted");
        }
    }

    private static void ReadFormat(string text)
    {
        if (StateFilesFormat.TryParse(text, out StateFilesFormat? format)
            && (!StateFilesFormat.TryParse(format.ToString(), out StateFilesFormat? again) || again != format))
        {
            throw new InvalidOperationException("a format that was read is not read again");
        }
    }

    private static void ReadOwner(byte[] bytes)
    {
        if (bytes.Length > sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)), Crc32C.Compute(bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        }

        var disk = new MemoryDisk();
        disk.Add(Path.Combine(Folder, DataDirectory.IdentityName), bytes);
        try
        {
            _ = DataDirectory.TryReadIdentity(Folder, out _, disk);
        }
        catch (StorageException)
        {
            // Refused.
        }
    }

    private static byte[] State(params (string Name, int Bytes)[] files)
    {
        List<byte> state = [.. StateFilesWriter.Header(Own, files.Length)];
        for (int i = 0; i < files.Length; i++)
        {
            state.AddRange(StateFilesWriter.Head(files[i].Name, files[i].Bytes, i));
            state.AddRange(new byte[files[i].Bytes + StateFilesLayout.SumBytes]);
        }

        byte[] whole = [.. state, .. new byte[StateFilesLayout.TrailerBytes]];
        Checksums.OfStateFiles(whole);
        return whole;
    }

    private sealed class Received : IStateFilesTarget
    {
        public HashSet<string> Names { get; } = [];

        public bool IsOpen { get; private set; }

        public void Begin(string name) => IsOpen = Names.Add(name);

        public void Write(ReadOnlySpan<byte> piece)
        {
            // Only that it may be written counts here.
        }

        public void End() => IsOpen = false;
    }
}
