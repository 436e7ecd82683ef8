using System.Text.Json.Nodes;
using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Commands.Operations;

public sealed class TopCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Fact]
    public async Task Top_CountsChanges_ByPrefix()
    {
        _member.On<WatchRequest>("Watch", _ => new WatchResponse { Header = FakeMember.Header, Events = { Put("app/a/1", "xyz"), Put("app/a/2", ""), Put("app/b/1", "") } });
        var (code, output, error) = await _member.RunAsync("top", "--prefix", "app/", "--interval=1s", "--count=1", "-w", "json");
        Assert.Equal((0, string.Empty), (code, error));
        var prefixes = JsonNode.Parse(output)!["prefixes"]!.AsArray();
        Assert.Equal(["app/a/", "app/b/"], prefixes.Select(prefix => prefix!["prefix"]!.GetValue<string>()));
        Assert.Equal((2, 17), (prefixes[0]!["puts"]!.GetValue<long>(), prefixes[0]!["bytes"]!.GetValue<long>()));
        Assert.Equal("app0", Assert.Single(_member.Requests<WatchRequest>("Watch")).CreateRequest.RangeEnd.ToStringUtf8());
    }

    [Fact]
    public async Task Top_CompactedWhileItWasNotConnected_IsAnError()
    {
        _member.On<WatchRequest>("Watch", _ => new WatchResponse { Header = FakeMember.Header, Canceled = true, CompactRevision = 20 });
        Assert.Equal(
            (1, string.Empty, "Error: etcdserver: mvcc: required revision has been compacted (watch from revision 20 on)\n"), await _member.RunAsync("top", "--interval=1m"));
    }

    [Theory]
    [InlineData("top x", 128, "top takes no arguments; --depth and --rows must be at least 1, --count not negative, --separator one ASCII character")]
    [InlineData("top --depth=0", 128, "top takes no arguments; --depth and --rows must be at least 1, --count not negative, --separator one ASCII character")]
    [InlineData("top --separator=é", 128, "top takes no arguments; --depth and --rows must be at least 1, --count not negative, --separator one ASCII character")]
    [InlineData("top --interval=99ms", 128, "--interval must be from 100ms to 1m")]
    [InlineData("top --interval=61s", 128, "--interval must be from 100ms to 1m")]
    [InlineData("top -w fields", 4, "fields not supported as output format; write simple or json")]
    [InlineData("top -w table", 4, "table not supported as output format")]
    public async Task Top_WrongWords_SendNothing(string words, int code, string why)
    {
        Assert.Equal((code, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }

    private static Event Put(string key, string value) => new() { Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), ModRevision = 9 } };
}
