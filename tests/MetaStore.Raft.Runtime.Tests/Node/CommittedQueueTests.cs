using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class CommittedQueueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CommittedQueue _queue = new();

    [Fact]
    public void Take_EverythingThatIsQueued_InOrder()
    {
        CommittedWork[] work = [Entries(1, 4), new SnapshotInstall(new SnapshotMetadata(5, 1, ConfState.Of(1)), "file"), Entries(6, 1)];
        Assert.All(work, item => Assert.True(_queue.Add(item)));
        Assert.True(_queue.HasWork);
        Assert.Equal(1, _queue.Entries);
        Assert.Equal(work, _queue.Take(TimeSpan.Zero)!);
        Assert.False(_queue.HasWork);
        Assert.Equal(0, _queue.Entries);
        Assert.Empty(_queue.Take(TimeSpan.Zero)!);
    }

    [Fact]
    public async Task Take_WithoutWork_IsWokenByIt()
    {
        Task<CommittedWork[]?> taking = Task.Run(() => _queue.Take(Limit)?.ToArray());
        CommittedBatch batch = Entries(3, 1);
        _queue.Add(batch);
        Assert.Same(batch, Assert.Single((await taking.WaitAsync(Limit))!));
    }

    [Fact]
    public async Task Close_WhatIsQueuedCanStillBeTaken_ThenTheQueueEnds()
    {
        _queue.Add(Entries(1, 1));
        _queue.Close();
        Assert.False(_queue.Add(Entries(2, 1)));
        Assert.Single(_queue.Take(TimeSpan.Zero)!);
        Assert.Null(_queue.Take(Timeout.InfiniteTimeSpan));

        var waited = new CommittedQueue();
        Task<bool> taking = Task.Run(() => waited.Take(Timeout.InfiniteTimeSpan) is null);
        waited.Close();
        Assert.True(await taking.WaitAsync(Limit));
    }

    [Fact]
    public async Task Request_EndsAsTheSnapshotDoes()
    {
        var meta = new SnapshotMetadata(5, 1, ConfState.Of(1));
        SnapshotRequest made = new("");
        var making = new TaskCompletionSource<SnapshotMetadata?>();
        made.CompleteWith(making.Task);
        Assert.False(made.Made.IsCompleted);
        making.SetResult(meta);
        Assert.Same(meta, await made.Made.WaitAsync(Limit));

        SnapshotRequest failed = new("");
        failed.CompleteWith(Task.FromException<SnapshotMetadata?>(new IOException("full")));
        Assert.Equal("full", (await Assert.ThrowsAsync<IOException>(() => failed.Made.WaitAsync(Limit))).Message);
    }

    private static CommittedBatch Entries(ulong from, int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new Entry(1, from + (ulong)i, EntryType.Normal, default))], []);
}
