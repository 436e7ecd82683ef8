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
/// beside a state: who owns the directory, and which database counts. The first byte says which. What is read can be written, and is then read as the same.
/// </summary>
internal static class FilesTarget
{
    private const string Folder = "/data";

    private static readonly StateFilesFormat Own = new("rocksdb", 1, new Version(7, 8, 3));

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] bytes = input[1..];
        switch (input[0] % 5)
        {
            case 0:
                return ReadState(bytes);
            case 1:
                Checksums.OfStateFiles(bytes);
                return ReadState(bytes);
            case 2:
                return ReadFormat(Encoding.Latin1.GetString(bytes));
            case 3:
                return ReadOwner(bytes);
            default:
                return ReadCurrent(Encoding.Latin1.GetString(bytes));
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

    private static bool ReadState(byte[] bytes)
    {
        var files = new Received();
        try
        {
            StateFilesReader.Read(new MemoryStream(bytes), Own, DatabaseFileNames.Instance, files, CancellationToken.None);
        }
        catch (EngineException)
        {
            return false;
        }

        if (files.IsOpen || !DatabaseFileNames.Instance.AreWhole(files.Names) || files.Names.Any(name => Path.GetFileName(name) != name))
        {
            throw new InvalidOperationException("files that make no database were accepted");
        }

        byte[] written = Written([.. files.Contents.Select(file => (file.Name, file.Bytes.ToArray()))]);
        var again = new Received();
        StateFilesReader.Read(new MemoryStream(written), Own, DatabaseFileNames.Instance, again, CancellationToken.None);
        if (!again.Contents.Zip(files.Contents).All(pair => pair.First.Name == pair.Second.Name && pair.First.Bytes.SequenceEqual(pair.Second.Bytes))
            || bytes.Length != written.Length)
        {
            throw new InvalidOperationException("files that were received are not those that were sent");
        }

        return true;
    }

    private static bool ReadFormat(string text)
    {
        if (!StateFilesFormat.TryParse(text, out StateFilesFormat? format))
        {
            return false;
        }

        return StateFilesFormat.TryParse(format.ToString(), out StateFilesFormat? again) && again == format
            ? true
            : throw new InvalidOperationException("a format that was read is not read again");
    }

    private static bool ReadCurrent(string text)
    {
        if (Generations.Named(text) is not { } generation)
        {
            return false;
        }

        return text.TrimEnd('\n') == $"db-{generation:x16}" ? true : throw new InvalidOperationException($"a folder of another name is read as generation {generation}");
    }

    private static bool ReadOwner(byte[] bytes)
    {
        if (bytes.Length > sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)), Crc32C.Compute(bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        }

        var disk = new MemoryDisk();
        disk.Add(Path.Combine(Folder, DataDirectory.IdentityName), bytes);
        try
        {
            return DataDirectory.TryReadIdentity(Folder, out DirectoryIdentity owner, disk) && owner.Encode().Length == bytes.Length
                && DirectoryIdentity.TryDecode(owner.Encode(), out DirectoryIdentity again) && again == owner
                ? true
                : throw new InvalidOperationException("an owner that was read is not read again");
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static byte[] State(params (string Name, int Bytes)[] files) => Written([.. files.Select(file => (file.Name, new byte[file.Bytes]))]);

    private static byte[] Written(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        List<byte> state = [.. StateFilesWriter.Header(Own, files.Count)];
        for (int i = 0; i < files.Count; i++)
        {
            state.AddRange(StateFilesWriter.Head(files[i].Name, files[i].Content.Length, i));
            state.AddRange(files[i].Content);
            state.AddRange(new byte[StateFilesLayout.SumBytes]);
        }

        byte[] whole = [.. state, .. new byte[StateFilesLayout.TrailerBytes]];
        Checksums.OfStateFiles(whole);
        return whole;
    }

    private sealed class Received : IStateFilesTarget
    {
        public HashSet<string> Names { get; } = [];

        public List<(string Name, List<byte> Bytes)> Contents { get; } = [];

        public bool IsOpen { get; private set; }

        public void Begin(string name)
        {
            if (IsOpen || !Names.Add(name))
            {
                throw new InvalidOperationException("a file begins in another one, or for the second time");
            }

            IsOpen = true;
            Contents.Add((name, []));
        }

        public void Write(ReadOnlySpan<byte> piece) => Contents[^1].Bytes.AddRange(piece);

        public void End() => IsOpen = false;
    }
}
