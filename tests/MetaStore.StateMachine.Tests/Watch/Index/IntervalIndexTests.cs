using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.StateMachine.Tests.Watch.Index;

/// <summary>The index of ranges compared with a scan of all ranges.</summary>
public sealed class IntervalIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Collect_RandomRanges_FindsExactlyThoseThatHoldTheKey(int seed)
    {
        var random = new Random(seed);
        var index = new IntervalIndex();
        var present = new Dictionary<string, WatchRange>();
        for (var step = 0; step < 3000; step++)
        {
            var range = Range(random);
            if (random.Next(3) > 0)
            {
                Assert.Equal(Name(range), Name(index.GetOrAdd(range).Range));
                present[Name(range)] = range;
            }
            else if (present.Count > 0)
            {
                var (name, gone) = present.ElementAt(random.Next(present.Count));
                index.Remove(gone);
                present.Remove(name);
            }

            var key = Key(random);
            var found = new List<WatchBucket>();
            index.Collect(key, found);
            var expected = present.Values.Where(candidate => candidate.Contains(key)).Select(Name).Order(StringComparer.Ordinal);
            Assert.Equal(expected, found.Select(bucket => Name(bucket.Range)).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "", "\0", true)]
    [InlineData("", "\0", "x", true)]
    [InlineData("a", "\0", "zz", true)]
    [InlineData("b", "\0", "a", false)]
    [InlineData("a", "", "ab", false)]
    [InlineData("a", "b", "ab", true)]
    [InlineData("a", "b", "b", false)]
    public void Range_KeyAndEnd_MeanWhatEtcdMeans(string key, string end, string asked, bool holds)
        => Assert.Equal(holds, new WatchRange(Latin(key), Latin(end)).Contains(Latin(asked)));

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("b", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "\0", false)]
    [InlineData("a", "", false)]
    public void Range_Inverted_IsEmpty(string key, string end, bool isEmpty) => Assert.Equal(isEmpty, new WatchRange(Latin(key), Latin(end)).IsEmpty);

    private static WatchRange Range(Random random)
    {
        while (true)
        {
            var range = new WatchRange(Key(random), random.Next(5) == 0 ? [0] : Key(random));
            if (!range.IsEmpty)
            {
                return range;
            }
        }
    }

    private static byte[] Key(Random random)
    {
        var key = new byte[1 + random.Next(3)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = (byte)random.Next('a', 'f');
        }

        return key;
    }

    private static string Name(WatchRange range) => Convert.ToHexString(range.From) + "-" + Convert.ToHexString(range.To);

    private static byte[] Latin(string text) => System.Text.Encoding.Latin1.GetBytes(text);
}
