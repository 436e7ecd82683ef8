using MetaStore.Fuzz.Inputs;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Fuzz.Targets;

/// <summary>A snapshot container, as it is in the folder or received: header, chunks, trailer. When the first byte is odd, checksums are made right first.</summary>
internal static class SnapshotTarget
{
    private const string Folder = "/snap";
    private const ulong Cluster = 0xC1;
    private static readonly SnapshotMetadata Point = new(9, 2, new ConfState([1, 2], [3], [], [], false));

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] file = input[1..];
        if (input[0] % 2 == 1)
        {
            Checksums.OfSnapshot(file);
        }

        var disk = new MemoryDisk();
        disk.Add(Path.Combine(Folder, SnapshotName.Format(Point.Term, Point.Index)), file);
        try
        {
            SnapshotFile snapshot = SnapshotStore.Open(Folder, Cluster, disk).OpenNewest()!;
            using Stream body = snapshot.OpenBody();
            using var read = new MemoryStream();
            body.CopyTo(read);
            if (read.Length != snapshot.BodyBytes)
            {
                throw new InvalidOperationException($"the body has {read.Length} bytes and not {snapshot.BodyBytes}");
            }
        }
        catch (StorageException)
        {
            return false;
        }

        return true;
    }

    public static IEnumerable<byte[]> Seeds() =>
        from kind in Enum.GetValues<SnapshotBody>()
        let file = Written(kind)
        from mode in (byte[])[0, 1]
        select (byte[])[mode, .. file];

    private static byte[] Written(SnapshotBody kind)
    {
        var disk = new MemoryDisk();
        SnapshotStore.Open(Folder, Cluster, disk).Write(Point, body => body.Write("the state"u8), revision: 4, kind);
        return disk.Contents.Single();
    }
}
