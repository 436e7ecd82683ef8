using MetaStore.Protocol.Etcd;
using MetaStore.Server.Watch.Sending;

namespace MetaStore.Server.Tests.Watch.Sending;

/// <summary>Bytes queued on a stream and on all streams are bounded, and none is counted twice or forgotten, however a stream ends.</summary>
public sealed class WatchQueueTests
{
    private static readonly WatchItem Answer = new(null, null, new WatchResponse());
    private readonly WatchBudget _budget = new(10 * Answer.Cost);

    [Fact]
    public void EmptyQueue_TakesAnyItem_AFullOneTakesNone()
    {
        var queue = new WatchQueue(Answer.Cost - 1, _budget);
        Assert.True(queue.TryAdd(Answer));
        Assert.True(queue.IsFull);
        Assert.False(queue.TryAdd(Answer));
        queue.Add(Answer);
        Assert.Equal(2, queue.Take().Count);
    }

    [Fact]
    public void BudgetOfAllStreams_RefusesWhatTheStreamItselfWouldTake()
    {
        WatchQueue greedy = new(long.MaxValue, _budget), other = new(long.MaxValue, _budget);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(greedy.TryAdd(Answer));
        }

        Assert.False(greedy.TryAdd(Answer));
        Assert.True(other.TryAdd(Answer));
        Assert.False(other.TryAdd(Answer));
    }

    [Fact]
    public void Bytes_AreCountedUntilTheyAreSent()
    {
        var queue = new WatchQueue(Answer.Cost, _budget);
        queue.Add(Answer);
        Assert.Single(queue.Take());
        Assert.True(queue.IsFull);
        Assert.Equal(Answer.Cost, _budget.Bytes);
        queue.Release(Answer.Cost);
        Assert.False(queue.IsFull);
        Assert.Equal(0, _budget.Bytes);
        Assert.Empty(queue.Take());
    }

    [Fact]
    public void Close_ReturnsWhatIsQueued_AndWhatIsBeingSent_Once()
    {
        var queue = new WatchQueue(long.MaxValue, _budget);
        queue.Add(Answer);
        queue.Take();
        queue.Add(Answer);
        queue.Close();
        Assert.Equal((0L, 0L), (_budget.Bytes, _budget.Events));
        queue.Release(Answer.Cost);
        queue.Add(Answer);
        queue.Close();
        Assert.Equal(0, _budget.Bytes);
        Assert.Empty(queue.Take());
    }

    [Fact]
    public void Items_AreTakenInTheOrderInWhichTheyCame()
    {
        var queue = new WatchQueue(long.MaxValue, _budget);
        WatchItem[] items = [.. Enumerable.Range(1, 5).Select(id => new WatchItem(null, null, new WatchResponse { WatchId = id }))];
        Array.ForEach(items, item => queue.Add(item));
        Assert.Equal(items, queue.Take());
    }
}
