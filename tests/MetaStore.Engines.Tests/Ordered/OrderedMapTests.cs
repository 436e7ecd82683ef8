using System.Buffers.Binary;
using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Tests.Ordered;

public sealed class OrderedMapTests
{
    [Fact]
    public void Snapshot_Default_IsEmpty()
    {
        var snapshot = default(OrderedMapSnapshot<int>);
        Assert.Equal(0, snapshot.Count);
        Assert.Equal(0, snapshot.CountLive([], []));
        Assert.False(snapshot.TryGet([1], out _));
        Assert.False(snapshot.Seek([], []).MoveNext());
        Assert.False(snapshot.Seek([], [], descending: true).MoveNext());
    }

    [Fact]
    public void Upsert_AscendingKeys_FillsLeavesCompletely()
    {
        var map = new OrderedMap<int>();
        const int Entries = 32 * 33 * 3;
        for (var i = 0; i < Entries; i++)
        {
            Assert.True(map.Set(Revision(i), i));
        }

        Assert.Equal(Entries, map.Count);
        Assert.Equal(Entries / NodeSlots.Capacity, TreeShape.Leaves(map));
    }

    [Fact]
    public void Upsert_ExistingKeyWithOtherMark_MovesWeightNotCount()
    {
        var map = new OrderedMap<string>();
        for (var i = 0; i < 1000; i++)
        {
            map.Set(Revision(i), "first");
        }

        map.Upsert(Revision(500), live: false, out var added) = "second";
        Assert.False(added);
        Assert.Equal((1000, 999), (map.Count, map.LiveCount));
        Assert.Equal(499, map.Working.CountLive(Revision(1), Revision(501)));
        Assert.True(map.TryGet(Revision(500), out var value));
        Assert.Equal("second", value);
    }

    [Fact]
    public void TryGet_KeyWithAnotherPrefix_IsNotFound()
    {
        var map = new OrderedMap<int>();
        for (var i = 0; i < 10; i++)
        {
            map.Set([.. "shared/prefix/"u8, (byte)i], i);
        }

        Assert.True(map.TryGet([.. "shared/prefix/"u8, 5], out var value));
        Assert.Equal(5, value);
        Assert.False(map.TryGet([.. "shared/prefiy/"u8, 5], out _));
        Assert.False(map.TryGet([.. "Shared/prefix/"u8, 5], out _));
        Assert.False(map.TryGet("shared/prefix/"u8, out _));
        Assert.False(map.TryGet("shared"u8, out _));
        Assert.False(map.TryGet([], out _));
        Assert.False(map.TryGet([.. "shared/prefix/"u8, 5, 0], out _));
        Assert.False(map.TryGet([.. "shared/prefix/"u8, 10], out _));
    }

    [Fact]
    public void Upsert_KeyAsSpan_IsCopied()
    {
        var map = new OrderedMap<int>();
        var buffer = new byte[] { 1, 2, 3 };
        map.Upsert(buffer.AsSpan(), live: true, out _) = 7;
        buffer[0] = 9;
        Assert.True(map.TryGet([1, 2, 3], out var value));
        Assert.Equal(7, value);
    }

    [Fact]
    public void Publish_NothingChanged_GivesTheSameVersion()
    {
        var map = new OrderedMap<int>();
        map.Set([1], 1);
        Assert.Equal(map.Publish(), map.Publish());
    }

    [Fact]
    public void Clear_PublishedSnapshot_KeepsItsEntries()
    {
        var map = new OrderedMap<int>();
        for (var i = 0; i < 500; i++)
        {
            map.Set(Revision(i), i);
        }

        var before = map.Publish();
        map.Clear();
        Assert.Equal((500, 0), (before.Count, map.Publish().Count));
    }

    [Fact]
    public void Remove_EverythingInEachOrder_LeavesOneEmptyLeaf()
    {
        foreach (var step in new[] { 1, -1, 7, 501 })
        {
            var map = new OrderedMap<int>();
            const int Entries = 5003;
            for (var i = 0; i < Entries; i++)
            {
                map.Set(Revision(i), i);
            }

            for (var i = 0; i < Entries; i++)
            {
                var at = (int)((((long)i * step) % Entries + Entries) % Entries);
                Assert.True(map.Remove(Revision(at), out var value));
                Assert.Equal(at, value);
                Assert.False(map.Remove(Revision(at)));
            }

            Assert.Equal((0, 0, 1), (map.Count, map.LiveCount, TreeShape.Leaves(map)));
        }
    }

    private static byte[] Revision(int main)
    {
        var key = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(key, main);
        key[8] = (byte)'_';
        return key;
    }
}
