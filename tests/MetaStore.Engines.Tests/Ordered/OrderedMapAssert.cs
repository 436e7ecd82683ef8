using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Tests.Ordered;

/// <summary>Compares one version with its model through every read method.</summary>
internal static class OrderedMapAssert
{
    internal static void Same(
        KeyValuePair<byte[], (int Value, bool Live)>[] expected, OrderedMapSnapshot<int> actual, Random random, string context)
    {
        Assert.True(expected.Length == actual.Count, context);
        Assert.True(expected.Count(entry => entry.Value.Live) == actual.LiveCount, context);
        Range(expected, actual, [], [], context);
        foreach (var entry in expected)
        {
            Assert.True(actual.TryGet(entry.Key, out var value, out var live), context);
            Assert.Equal(entry.Value, (value, live));
            Assert.False(actual.TryGet([.. entry.Key, 1, 2, 3], out _), context);
        }

        for (var i = 0; i < 60; i++)
        {
            Range(expected, actual, Bound(expected, random), Bound(expected, random), context);
        }
    }

    internal static void Range(
        KeyValuePair<byte[], (int Value, bool Live)>[] all, OrderedMapSnapshot<int> actual, byte[] from, byte[] to, string context)
    {
        var expected = all.Where(entry => entry.Key.AsSpan().SequenceCompareTo(from) >= 0
            && (to.Length == 0 || entry.Key.AsSpan().SequenceCompareTo(to) < 0)).ToArray();
        Assert.True(expected.Length == actual.CountEntries(from, to), context);
        Assert.True(expected.Count(entry => entry.Value.Live) == actual.CountLive(from, to), context);
        Walk(expected, actual.Seek(from, to), context);
        Walk(expected.Reverse().ToArray(), actual.Seek(from, to, descending: true), context);
    }

    private static void Walk(KeyValuePair<byte[], (int Value, bool Live)>[] expected, OrderedMapCursor<int> cursor, string context)
    {
        foreach (var entry in expected)
        {
            Assert.True(cursor.MoveNext(), context);
            Assert.True(entry.Key.AsSpan().SequenceEqual(cursor.Key), context);
            Assert.Equal(entry.Value, (cursor.Value, cursor.IsLive));
        }

        Assert.False(cursor.MoveNext(), context);
        Assert.False(cursor.MoveNext(), context);
    }

    private static byte[] Bound(KeyValuePair<byte[], (int Value, bool Live)>[] entries, Random random)
    {
        if (entries.Length == 0 || random.Next(8) == 0)
        {
            return random.Next(2) == 0 ? [] : [(byte)random.Next(256)];
        }

        var key = entries[random.Next(entries.Length)].Key;
        return random.Next(3) switch
        {
            0 => key,
            1 => [.. key, 0],
            _ => key[..(key.Length / 2)],
        };
    }
}
