using MetaStore.Engines.Paged;

namespace MetaStore.Engines.Tests.Paged;

/// <summary>Compares one version with its model through every read method.</summary>
internal static class PagedMapAssert
{
    internal static void Same(KeyValuePair<byte[], byte[]>[] expected, PagedMapSnapshot actual, Random random, string context)
    {
        Range(expected, actual, [], [], context);
        foreach (var (key, value) in expected)
        {
            Assert.True(actual.TryGet(key, out var found) && found.Span.SequenceEqual(value), context);
            Assert.False(actual.TryGet([.. key, 1, 2, 3], out _), context);
        }

        for (var i = 0; i < 12; i++)
        {
            Range(expected, actual, Bound(expected, random), Bound(expected, random), context);
        }
    }

    private static void Range(KeyValuePair<byte[], byte[]>[] all, PagedMapSnapshot actual, byte[] from, byte[] to, string context)
    {
        var expected = all.Where(entry => entry.Key.AsSpan().SequenceCompareTo(from) >= 0
            && (to.Length == 0 || entry.Key.AsSpan().SequenceCompareTo(to) < 0)).ToArray();
        Walk(expected, actual.Seek(from, to, descending: false), context);
        Walk([.. expected.Reverse()], actual.Seek(from, to, descending: true), context);
    }

    private static void Walk(KeyValuePair<byte[], byte[]>[] expected, PagedMapCursor cursor, string context)
    {
        foreach (var (key, value) in expected)
        {
            Assert.True(cursor.MoveNext(), context);
            Assert.True(cursor.Key.Span.SequenceEqual(key) && cursor.Value.Span.SequenceEqual(value), context);
        }

        Assert.False(cursor.MoveNext(), context);
        Assert.False(cursor.MoveNext(), context);
    }

    private static byte[] Bound(KeyValuePair<byte[], byte[]>[] entries, Random random)
    {
        if (entries.Length == 0 || random.Next(8) == 0)
        {
            return [];
        }

        var key = entries[random.Next(entries.Length)].Key;
        return random.Next(2) == 0 ? key : [.. key, (byte)random.Next(256)];
    }
}
