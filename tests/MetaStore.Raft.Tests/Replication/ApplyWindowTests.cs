using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Replication;

/// <summary>Committed entries are handed out up to a bound of those not reported as applied; the rest stays in the log.</summary>
public sealed class ApplyWindowTests
{
    private const int Entries = 10;

    [Fact]
    public void Entries_AreHeldBackUntilOthersAreApplied()
    {
        RaftCore core = Core(maxEntries: 4, maxBytes: long.MaxValue);
        Assert.Equal([1ul, 2, 3, 4], Taken(core));
        Assert.True(core.HoldsCommitted);
        Assert.False(core.HasReady);

        // A batch frees its places as a whole.
        core.AppliedTo(3);
        Assert.False(core.HasReady);
        core.AppliedTo(4);
        Assert.Equal([5ul, 6, 7, 8], Taken(core));
        core.AppliedTo(8);
        Assert.Equal([9ul, 10], Taken(core));
        Assert.False(core.HoldsCommitted);
    }

    [Fact]
    public void Bytes_AreBoundedToo_AndOneEntryAlwaysFits()
    {
        RaftCore core = Core(maxEntries: long.MaxValue, maxBytes: 1);
        for (ulong index = 1; index <= Entries; index++)
        {
            Assert.Equal([index], Taken(core));
            Assert.Equal(index < Entries, core.HoldsCommitted);
            Assert.False(core.HasReady);
            core.AppliedTo(index);
        }

        Assert.False(core.HasReady);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Bound_BelowOne_IsRefused(int maxEntries) => Assert.Throws<ArgumentException>(() => Core(maxEntries, maxBytes: 1));

    private static ulong[] Taken(RaftCore core)
    {
        Assert.True(core.HasReady);
        return [.. core.TakeReady().CommittedEntries.Select(entry => entry.Index)];
    }

    private static RaftCore Core(long maxEntries, long maxBytes)
    {
        SimDisk disk = new();
        disk.Write(new Ready
        {
            Entries = [.. Enumerable.Range(1, Entries).Select(index => new Entry(1, (ulong)index, EntryType.Normal, new byte[10]))],
            HardState = new HardState(1, 0, Entries),
        });
        RaftConfig config = new() { NodeId = 1, Jitter = _ => 0, MaxApplyingEntries = maxEntries, MaxApplyingBytes = maxBytes };
        return new RaftCore(config, disk, disk.HardState, ConfState.Of(1, 2), applied: 0);
    }
}
