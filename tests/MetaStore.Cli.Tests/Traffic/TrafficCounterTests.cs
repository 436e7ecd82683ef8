using Google.Protobuf;
using MetaStore.Cli.Traffic;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Traffic;

public sealed class TrafficCounterTests
{
    [Theory]
    [InlineData("/registry/pods/default/web", 1, "/registry/")]
    [InlineData("/registry/pods/default/web", 2, "/registry/pods/")]
    [InlineData("/registry/pods", 2, "/registry/")]
    [InlineData("app/x", 2, "app/")]
    [InlineData("app/", 2, "app/")]
    [InlineData("/x", 2, "/")]
    [InlineData("hello", 1, "hello")]
    public void Prefix_IsTheFirstPartsOfAKey(string key, int depth, string prefix)
    {
        var counter = new TrafficCounter((byte)'/', depth, most: 10);
        counter.Add(Put(key, 1));
        Assert.Equal(prefix, Assert.Single(counter.Take()).Prefix);
    }

    [Fact]
    public void Changes_AreCounted_ByPrefix_AndOnce()
    {
        var counter = new TrafficCounter((byte)'/', depth: 1, most: 2);
        counter.Add(Put("a/1", 10));
        counter.Add(Put("b/1", 1));
        counter.Add(Put("b/2", 100));
        counter.Add(new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = ByteString.CopyFromUtf8("b/1") } });
        counter.Add(Put("c/1", 1));

        Assert.Equal(
            [new PrefixTraffic("b/", 2, 1, 107, 103), new PrefixTraffic("(others)", 1, 0, 4, 4), new PrefixTraffic("a/", 1, 0, 13, 13)],
            counter.Take());
        Assert.Empty(counter.Take());
    }

    [Fact]
    public void Text_HasRates_AndNoControlCharacters()
    {
        string[] lines = [.. TrafficLines.Text([new PrefixTraffic("a\e[2J/", 10, 2, 4000, 900), new PrefixTraffic("b/", 1, 0, 5, 5)], seconds: 2, rows: 1)];
        Assert.Equal(3, lines.Length);
        Assert.Equal("6 puts/s, 1 deletes/s, 2.0 kB/s, 2 prefixes", lines[0]);
        Assert.Equal("        5         1     2.0 kB      400 B      900 B  a\ufffd[2J/", lines[2]);
    }

    private static Event Put(string key, int valueBytes) => new() { Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFrom(new byte[valueBytes]) } };
}
