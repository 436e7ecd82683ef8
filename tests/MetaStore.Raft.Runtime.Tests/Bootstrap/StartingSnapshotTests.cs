using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Tests.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Tests.Bootstrap;

public sealed class StartingSnapshotTests
{
    private readonly SimDisk _disk = new();

    [Fact]
    public void NewestWhole_IsTaken()
    {
        var (store, recovery) = Node(firstIndex: 1);
        var start = StartingSnapshot.Find(store, recovery);
        Assert.Equal(20UL, start.File.Metadata.Index);
        Assert.Same(recovery, start.Recovery);
        Assert.Null(start.Note);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    public void NewestDamaged_AnOlderOneAndTheLogStandInForIt(ulong firstIndex)
    {
        var (store, recovery) = Node(firstIndex);
        var damaged = Damage(20);
        var start = StartingSnapshot.Find(store, recovery);
        Assert.Equal(10UL, start.File.Metadata.Index);
        Assert.Equal(10UL, start.Recovery.Marker!.Index);
        Assert.Equal(recovery.Entries.Count, start.Recovery.Entries.Count);
        Assert.Contains(damaged, start.Note, StringComparison.Ordinal);
        Assert.True(_disk.FileExists(damaged + ".broken"));

        var log = new MemoryLog(start.Recovery.Marker, start.Recovery.Entries);
        Assert.True(log.TryGetTerm(11, out _));
        Assert.Equal(25UL, log.LastIndex);
    }

    [Fact]
    public void NewestDamaged_LogDoesNotReachBack_Exits66()
    {
        var (store, recovery) = Node(firstIndex: 12);
        Damage(20);
        Assert.Equal(ExitCodes.StateCorrupt, Assert.Throws<SnapshotCorruptException>(() => StartingSnapshot.Find(store, recovery)).ExitCode);
    }

    [Fact]
    public void NewestGone_Exits67()
    {
        var (store, recovery) = Node(firstIndex: 1);
        _disk.Delete(PathOf(20));
        Assert.Equal(ExitCodes.ForeignDirectory, Assert.Throws<StorageException>(() => StartingSnapshot.Find(store, recovery)).ExitCode);
    }

    private static string PathOf(ulong index) => $"/snap/0000000000000001-{index:x16}.snap";

    private (SnapshotStore Store, WalRecovery Recovery) Node(ulong firstIndex)
    {
        var store = SnapshotStore.Open("/snap", Logs.Cluster, _disk);
        store.Write(Point(10), stream => stream.Write([1, 2, 3]));
        store.Write(Point(20), stream => stream.Write([4, 5, 6]));
        return (store, new WalRecovery
        {
            HardState = new HardState(1, 1, 25),
            Marker = Point(20),
            FirstIndex = firstIndex,
            LastIndex = 25,
            Entries = [.. Enumerable.Range((int)firstIndex, 26 - (int)firstIndex).Select(index => Logs.Entry((ulong)index))],
        });
    }

    private static SnapshotMetadata Point(ulong index) => new(index, 1, ConfState.Of(1, 2, 3));

    private string Damage(ulong index)
    {
        var path = PathOf(index);
        var bytes = _disk.Content(path);
        bytes[^60] ^= 1;
        _disk.Replace(path, bytes);
        return path;
    }
}
