using System.Buffers.Binary;
using System.Collections.Concurrent;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.Tests.Paged;

public sealed class PagedMapTests
{
    private const int ValueBytes = 256;

    [Fact]
    public void Allocated_AppendsOnly_IsTheContentAndALittle()
    {
        const int Entries = 20_000;
        var map = new PagedMap();
        Append(map, 1, Entries);
        Assert.InRange(map.Allocated, Entries * ValueBytes, (Entries * (ValueBytes + 12)) + Page.SizeMax);
    }

    [Fact]
    public void Allocated_AfterDeletes_FollowsWhatIsLeft()
    {
        const int Entries = 20_000;
        var map = new PagedMap();
        Append(map, 1, Entries);
        for (var i = 1; i <= Entries; i++)
        {
            if (i % 50 != 0)
            {
                map.Remove(Key(i));
                if (i % 1000 == 1)
                {
                    map.Publish();
                }
            }
        }

        // What is left, half as much again for deletes not worth a copy, and the page that is appended to.
        Assert.InRange(map.Allocated, 0, (Entries / 50 * (ValueBytes + 40) * 3 / 2) + (2 * Page.SizeMax));
        var snapshot = map.Publish();
        for (var i = 50; i <= Entries; i += 50)
        {
            Assert.True(snapshot.TryGet(Key(i), out var value) && Holds(value.Span, i));
        }
    }

    [Fact]
    public void Allocated_EverythingDeleted_IsNothing()
    {
        var map = new PagedMap();
        Append(map, 1, 3000);
        for (var i = 3000; i > 0; i--)
        {
            Assert.Equal(-17 - ValueBytes, map.Remove(Key(i)));
        }

        Assert.Equal(0, map.Allocated);
        Assert.False(map.Publish().Seek([], [], descending: false).MoveNext());
        Append(map, 7, 8);
        Assert.True(map.Publish().TryGet(Key(7), out _));
    }

    [Fact]
    public async Task Readers_WhileWriterAppendsAndDeletes_SeeWholeVersions()
    {
        const int Kept = 3000;
        const int Rounds = 300;
        var map = new PagedMap();
        Append(map, 1, Kept);
        var published = new Published(map.Publish(), 1, Kept);
        var faults = new ConcurrentQueue<string>();
        using var finished = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var reads = 0;
            do
            {
                Check(Volatile.Read(ref published), faults);
                reads++;
            }
            while (!finished.IsCancellationRequested);
            return reads;
        })).ToArray();
        var first = 1;
        for (var (round, next) = (0, Kept + 1); round < Rounds; round++)
        {
            // From the oldest on, as compaction of one key does; every 64th entry stays, as those of other keys do.
            for (var i = 0; i < 100; i++, first++)
            {
                if (first % 64 != 0)
                {
                    map.Remove(Key(first));
                }
            }

            Append(map, next, next + 99);
            next += 100;
            Volatile.Write(ref published, new Published(map.Publish(), first, next - 1));
        }

        await finished.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
        Assert.Empty(faults);
    }

    private static void Check(Published state, ConcurrentQueue<string> faults)
    {
        var expected = NextKept(1, state.First);
        var cursor = state.Snapshot.Seek([], [], descending: false);
        while (cursor.MoveNext())
        {
            var number = (int)BinaryPrimitives.ReadInt64BigEndian(cursor.Key.Span);
            if (number != expected || !Holds(cursor.Value.Span, number))
            {
                faults.Enqueue($"{number} where {expected} was expected");
                return;
            }

            expected = NextKept(number + 1, state.First);
        }

        if (expected != state.Last + 1)
        {
            faults.Enqueue($"ended before {expected}, the last is {state.Last}");
        }
    }

    private static int NextKept(int from, int first)
    {
        while (from < first && from % 64 != 0)
        {
            from++;
        }

        return from;
    }

    private static void Append(PagedMap map, int from, int to)
    {
        var value = new byte[ValueBytes];
        for (var i = from; i <= to; i++)
        {
            value.AsSpan().Fill((byte)i);
            BinaryPrimitives.WriteInt32BigEndian(value, i);
            Assert.Equal(17 + ValueBytes, map.Put(Key(i), value));
        }
    }

    private static bool Holds(ReadOnlySpan<byte> value, int number)
        => value.Length == ValueBytes && BinaryPrimitives.ReadInt32BigEndian(value) == number && !value[4..].ContainsAnyExcept((byte)number);

    private static byte[] Key(long number)
    {
        var key = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        key[8] = (byte)'_';
        return key;
    }

    private sealed record Published(PagedMapSnapshot Snapshot, int First, int Last);
}
