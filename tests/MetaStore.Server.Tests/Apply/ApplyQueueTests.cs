using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Server.Apply;

namespace MetaStore.Server.Tests.Apply;

public sealed class ApplyQueueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ApplyQueue _queue = new();

    [Fact]
    public void Take_EverythingThatIsQueued_InOrder()
    {
        _queue.Add(Entries(1));
        _queue.Add(new ApplyWork(null, new SnapshotMetadata(5, 1, ConfState.Of(1))));
        _queue.Add(Entries(6));
        Assert.True(_queue.HasWork);
        List<ApplyWork> taken = _queue.Take(TimeSpan.Zero)!;
        Assert.Equal([1ul, 5, 6], taken.Select(IndexOf));
        Assert.False(_queue.HasWork);
        Assert.Empty(_queue.Take(TimeSpan.Zero)!);
    }

    [Fact]
    public async Task Take_WithoutWork_IsWokenByIt()
    {
        Task<ulong[]?> taking = Task.Run(() => _queue.Take(Limit)?.Select(IndexOf).ToArray());
        _queue.Add(Entries(3));
        Assert.Equal(3ul, Assert.Single((await taking.WaitAsync(Limit))!));
    }

    [Fact]
    public async Task Stop_WhatIsQueuedCanStillBeTaken_ThenTheQueueEnds()
    {
        _queue.Add(Entries(1));
        _queue.Stop();
        Assert.Single(_queue.Take(TimeSpan.Zero)!);
        Assert.Null(_queue.Take(Timeout.InfiniteTimeSpan));

        var waited = new ApplyQueue();
        Task<bool> taking = Task.Run(() => waited.Take(Timeout.InfiniteTimeSpan) is null);
        waited.Stop();
        Assert.True(await taking.WaitAsync(Limit));
    }

    private static ApplyWork Entries(ulong index) => new(new CommittedBatch([new Entry(1, index, EntryType.Normal, default)], []), null);

    private static ulong IndexOf(ApplyWork work) => work.Committed?.FirstIndex ?? work.Snapshot!.Index;
}
