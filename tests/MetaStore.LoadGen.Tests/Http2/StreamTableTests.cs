using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Tests.Http2;

public sealed class StreamTableTests
{
    [Fact]
    public void Add_WithStragglers_IdsGrowAndAllAreFound()
    {
        StreamTable table = new(capacity: 8);
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
        Assert.Equal(7, table.RemoveAll(static _ => true).Count);
        Assert.Equal(0, table.Count);
    }
}
