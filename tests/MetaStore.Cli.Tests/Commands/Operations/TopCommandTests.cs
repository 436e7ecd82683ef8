using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
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
        _member.On<WatchRequest>("Watch", _ => Confirmed(Put("app/a/1", "xyz"), Put("app/a/2", ""), Put("app/b/1", "")));
        var (code, output, error) = await _member.RunAsync("top", "--prefix", "app/", "--interval=100ms", "--count=1", "--command-timeout=1m", "-w", "json");
        Assert.Equal((0, string.Empty), (code, error));
        var prefixes = JsonNode.Parse(output)!["prefixes"]!.AsArray();
        Assert.Equal(["app/a/", "app/b/"], prefixes.Select(prefix => prefix!["prefix"]!.GetValue<string>()));
        Assert.Equal((2, 17), (prefixes[0]!["puts"]!.GetValue<long>(), prefixes[0]!["bytes"]!.GetValue<long>()));
        Assert.Equal("app0", Assert.Single(_member.Requests<WatchRequest>("Watch")).CreateRequest.RangeEnd.ToStringUtf8());
    }

    /// <remarks>The client pauses for 25 ms after the first refusal and twice as long after each further one: the watch is confirmed several intervals after the start.</remarks>
    [Fact]
    public async Task Top_DuringAnElection_CountsFromTheConfirmationOn()
    {
        var refusals = 5;
        _member.On<WatchRequest>("Watch", _ => Interlocked.Decrement(ref refusals) < 0 ? Confirmed(Put("a/1", "")) : FakeMember.Failure(StatusCode.Unavailable, "etcdserver: no leader"));
        var (code, output, error) = await _member.RunAsync("top", "--interval=100ms", "--count=1", "--command-timeout=1m", "-w", "json");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal("a/", Assert.Single(JsonNode.Parse(output)!["prefixes"]!.AsArray())!["prefix"]!.GetValue<string>());
    }

    [Fact]
    public async Task Top_WatchIsNotConfirmed_ShowsNothing_AndIsAnError()
    {
        _member.On<WatchRequest>("Watch", _ => Array.Empty<object>());
        Assert.Equal(
            (1, string.Empty, "Error: context deadline exceeded: no member confirmed the watch within --command-timeout\n"),
            await _member.RunAsync("top", "--interval=100ms", "--count=1", "--command-timeout=300ms"));
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

    private static WatchResponse Confirmed(params Event[] changes) => new() { Created = true, Header = FakeMember.Header, Events = { changes } };

    private static Event Put(string key, string value) => new() { Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), ModRevision = 9 } };
}
