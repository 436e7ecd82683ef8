using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Tests.Http2;

public sealed class StreamTableTests
{
    [Fact]
    public void Add_WithStragglers_IdsGrowAndAllAreFound()
    {
        StreamTable table = new();
        Call straggler = new();
        table.Add(straggler);
        int last = straggler.StreamId;
        Queue<Call> running = new();
        for (int i = 0; i < 1000; i++)
        {
            Call call = new();
            table.Add(call);
            Assert.True(call.StreamId > last && call.StreamId % 2 == 1);
            last = call.StreamId;
            running.Enqueue(call);
            if (running.Count == 7)
            {
                Call done = running.Dequeue();
                Assert.Same(done, table.Find(done.StreamId));
                table.Remove(done);
                Assert.Null(table.Find(done.StreamId));
            }
        }

        Assert.Same(straggler, table.Find(straggler.StreamId));
        Assert.Equal(7, table.Count);
        Assert.Equal(7, table.RemoveOldest(static _ => true).Count);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void RemoveOldest_StopsAtTheFirstThatIsYounger()
    {
        StreamTable table = new();
        Call[] calls = [.. Enumerable.Range(0, 6).Select(i => new Call { StartedAt = i })];
        Array.ForEach(calls, table.Add);
        table.Remove(calls[1]);

        Assert.Equal([calls[0], calls[2]], table.RemoveOldest(call => call.StartedAt < 3));
        Assert.Equal(3, table.Count);
        Assert.Equal([calls[5]], table.RemoveAfter(calls[4].StreamId));
        table.Remove(calls[4]);
        Assert.Equal([calls[3]], table.RemoveOldest(static _ => true));
        Assert.Empty(table.RemoveOldest(static _ => true));
    }

    [Fact]
    public void Add_ManyCalls_AllAreFound()
    {
        StreamTable table = new();
        Call[] calls = [.. Enumerable.Range(0, 20_000).Select(_ => new Call())];
        Array.ForEach(calls, table.Add);

        Assert.All(calls, call => Assert.Same(call, table.Find(call.StreamId)));
        Assert.Equal(20_000, table.Count);
    }
}
