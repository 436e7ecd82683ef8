using System.Text;
using MetaStore.Engines.Tests.Ordered;

namespace MetaStore.Engines.Tests.Conformance;

/// <summary>Order, bounds and direction of iteration, and random operations compared with a sorted dictionary.</summary>
public abstract class EngineOrderConformance : EngineConformance
{
    [Theory]
    [InlineData("", "", "\x01 a ab b \x7f \x80 \xff")]
    [InlineData("a", "", "a ab b \x7f \x80 \xff")]
    [InlineData("aa", "b", "ab")]
    [InlineData("", "a", "\x01")]
    [InlineData("b", "b", "")]
    [InlineData("b", "a", "")]
    [InlineData("\x7f", "\xff", "\x7f \x80")]
    [InlineData("\xff\xff", "", "")]
    public void Seek_Bounds_AreHalfOpenAndBytewise(string from, string to, string expected)
    {
        foreach (var key in new[] { "\xff", "b", "ab", "a", "\x80", "\x01", "\x7f" })
        {
            Engine.Put(Bucket.Revisions, key, "");
        }

        Engine.Put(Bucket.Leases, "a", "another bucket");
        var keys = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(key => key + "=").ToArray();
        Assert.Equal(keys, Engine.Walk(Bucket.Revisions, from, to));
        Assert.Equal(keys.Reverse(), Engine.Walk(Bucket.Revisions, from, to, descending: true));
    }

    [Fact]
    public void Seek_AfterItsEnd_StaysAtTheEnd()
    {
        Engine.Put(Bucket.Meta, "a", "1");
        using var view = Engine.OpenView();
        using var cursor = view.Seek(Bucket.Meta, [], []);
        Assert.True(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    public void Engine_RandomBatches_MatchesSortedDictionary(int seed)
    {
        var random = new Random(seed);
        var model = Enum.GetValues<Bucket>().ToDictionary(
            bucket => bucket, _ => new SortedDictionary<byte[], byte[]>(BytewiseComparer.Instance));
        var batch = new WriteBatch();
        for (var round = 0; round < 400; round++)
        {
            batch.Clear();
            for (var i = random.Next(40); i >= 0; i--)
            {
                Edit(batch, model, random);
            }

            Engine.Commit(batch);
            if (round % 20 == 0)
            {
                Compare(model, random, $"seed={seed} round={round}");
            }
        }

        Compare(model, random, $"seed={seed} at the end");
    }

    private static void Edit(WriteBatch batch, Dictionary<Bucket, SortedDictionary<byte[], byte[]>> model, Random random)
    {
        var bucket = (Bucket)random.Next(model.Count);
        var key = Encoding.ASCII.GetBytes($"/{random.Next(8)}/{random.Next(200)}");
        if (random.Next(3) == 0)
        {
            batch.Delete(bucket, key);
            model[bucket].Remove(key);
            return;
        }

        var value = new byte[random.Next(300)];
        random.NextBytes(value);
        batch.Put(bucket, key, value);
        model[bucket][key] = value;
    }

    private void Compare(Dictionary<Bucket, SortedDictionary<byte[], byte[]>> model, Random random, string context)
    {
        foreach (var (bucket, entries) in model)
        {
            var from = $"/{random.Next(8)}";
            var to = $"/{random.Next(8)}/5";
            var all = entries.Select(entry => (Encoding.Latin1.GetString(entry.Key), Encoding.Latin1.GetString(entry.Value))).ToArray();
            var part = all.Where(entry => string.CompareOrdinal(entry.Item1, from) >= 0 && string.CompareOrdinal(entry.Item1, to) < 0)
                .Select(entry => $"{entry.Item1}={entry.Item2}").ToArray();
            Assert.True(all.Select(entry => $"{entry.Item1}={entry.Item2}").SequenceEqual(Engine.Walk(bucket)), context);
            Assert.True(part.SequenceEqual(Engine.Walk(bucket, from, to)), context);
            Assert.True(part.Reverse().SequenceEqual(Engine.Walk(bucket, from, to, descending: true)), context);
        }
    }
}
