using System.Buffers.Binary;

namespace MetaStore.Engines.Tests.Conformance;

/// <summary>Views: atomic over a batch and over buckets, and unaffected by later writes.</summary>
public abstract class EngineViewConformance : EngineOrderConformance
{
    [Fact]
    public void View_OpenedBeforeCommit_SeesNothingOfIt()
    {
        Engine.Put(Bucket.Meta, "a", "1");
        Engine.Put(Bucket.Meta, "b", "1");
        using var view = Engine.OpenView();
        using var cursor = view.Seek(Bucket.Meta, [], []);
        Assert.True(cursor.MoveNext());
        var batch = new WriteBatch();
        batch.Put(Bucket.Meta, "a"u8.ToArray(), "2"u8.ToArray());
        batch.Delete(Bucket.Meta, "b"u8.ToArray());
        batch.Put(Bucket.Meta, "c"u8.ToArray(), "2"u8.ToArray());
        Engine.Commit(batch);
        Assert.Equal(["a=1", "b=1"], view.Walk(Bucket.Meta));
        Assert.True(cursor.MoveNext());
        Assert.Equal("b"u8.ToArray(), cursor.Key.ToArray());
        Assert.False(cursor.MoveNext());
        Assert.Equal(["a=2", "c=2"], Engine.Walk(Bucket.Meta));
    }

    [Fact]
    public void View_OlderThanLoad_KeepsTheOldContent()
    {
        Engine.Put(Bucket.Meta, "old", "1");
        using var other = Create();
        other.Put(Bucket.Meta, "new", "2");
        using var view = Engine.OpenView();
        Engine.Load(other.Checkpoint());
        Assert.Equal(["old=1"], view.Walk(Bucket.Meta));
        Assert.Equal(["new=2"], Engine.Walk(Bucket.Meta));
    }

    [Fact]
    public async Task View_ReadersWhileWriterGoesOn_SeeWholeCommitsOnly()
    {
        const int Keys = 300;
        const int Commits = 400;
        const int Readers = 3;
        Commit(round: 0, Keys);
        using var start = new Barrier(Readers + 1);
        using var finished = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(reader => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                var views = 0;
                var last = -1;
                do
                {
                    last = AssertWhole(Keys, notBefore: last, context: $"reader {reader}, view {views}");
                    views++;
                }
                while (!finished.IsCancellationRequested);
                return views;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        start.SignalAndWait();
        for (var round = 1; round <= Commits; round++)
        {
            Commit(round, Keys);
        }

        await finished.CancelAsync();
        var opened = await Task.WhenAll(readers);
        Assert.All(opened, views => Assert.True(views > 0));
        Assert.Equal(Commits, AssertWhole(Keys, notBefore: Commits, context: "after the last commit"));
    }

    private void Commit(int round, int keys)
    {
        var batch = new WriteBatch();
        for (var i = 0; i < keys; i++)
        {
            // Half of the keys are added and removed, so that the shape of the tree changes while others read.
            if (i % 2 == 1 && round % 3 == 0)
            {
                batch.Delete(Bucket.Revisions, Number(i));
            }
            else
            {
                batch.Put(Bucket.Revisions, Number(i), Number(round));
            }
        }

        batch.Put(Bucket.Meta, "round"u8.ToArray(), Number(round));
        Engine.Commit(batch);
    }

    private int AssertWhole(int keys, int notBefore, string context)
    {
        using var view = Engine.OpenView();
        Assert.True(view.TryGet(Bucket.Meta, "round"u8, out var stored), context);
        var round = BinaryPrimitives.ReadInt32BigEndian(stored.Span);
        Assert.True(round >= notBefore, $"{context}: went back from {notBefore} to {round}");
        var count = 0;
        using var cursor = view.Seek(Bucket.Revisions, [], [], descending: round % 2 == 0);
        while (cursor.MoveNext())
        {
            Assert.True(BinaryPrimitives.ReadInt32BigEndian(cursor.Value.Span) == round, $"{context}: a value of another commit");
            count++;
        }

        Assert.True(count == (round % 3 == 0 ? keys / 2 : keys), $"{context}: {count} entries in round {round}");
        return round;
    }

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
