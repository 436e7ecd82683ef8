using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Hosting;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>The stream of an open page, and the limits for open pages.</summary>
public sealed class LiveStreamTests
{
    [Fact]
    public async Task APage_GetsALookAtEveryMember_AgainAndAgain()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("a") });
        using LiveLines live = await LiveLines.OpenAsync(node, "live");
        JsonElement hello = await live.NextAsync();
        Assert.Equal(("hello", ""), (hello.GetProperty("kind").GetString(), hello.GetProperty("changes_refused").GetString()));
        JsonElement first = await live.NextAsync();
        JsonElement member = Assert.Single(first.GetProperty("members").EnumerateArray());
        JsonElement status = member.GetProperty("status");
        Assert.True(member.GetProperty("up").GetBoolean());
        Assert.Equal(first.GetProperty("self").GetString(), status.GetProperty("leader").GetString());
        Assert.Equal(2, status.GetProperty("revision").GetInt64());
        Assert.Equal(status.GetProperty("raft_index").GetInt64(), status.GetProperty("applied_index").GetInt64());
        Assert.True(member.GetProperty("batching").GetProperty("stats").GetProperty("total_proposals").GetInt64() > 0);
        JsonElement second = await live.NextAsync();
        Assert.InRange(second.GetProperty("at_ms").GetInt64() - first.GetProperty("at_ms").GetInt64(), 900, 30_000);
    }

    [Fact]
    public async Task TwoPages_ShareOneLook()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        using LiveLines one = await LiveLines.OpenAsync(node, "live");
        using LiveLines other = await LiveLines.OpenAsync(node, "live");
        await one.NextAsync();
        await other.NextAsync();
        var seen = new HashSet<long>();
        for (int i = 0; i < 3; i++)
        {
            seen.Add((await one.NextAsync()).GetProperty("at_ms").GetInt64());
        }

        Assert.Contains((await other.NextAsync()).GetProperty("at_ms").GetInt64(), seen);
    }

    [Fact]
    public async Task MorePagesThanThereArePlaces_AreRefused_AndAPlaceComesBack()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        var pages = new List<LiveLines>();
        for (int i = 0; i < 32; i++)
        {
            pages.Add(await LiveLines.OpenAsync(node, "live"));
        }

        using (HttpResponseMessage refused = await node.Http.GetAsync(new Uri("/dashboard/api/live", UriKind.Relative)))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "10"), (refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        }

        // Tails have a separate limit.
        (await LiveLines.OpenAsync(node, "watch")).Dispose();
        pages.ForEach(page => page.Dispose());
        await Testing.Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage answer = await node.Http.GetAsync(new Uri("/dashboard/api/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
                return answer.IsSuccessStatusCode;
            },
            TimeSpan.FromSeconds(20), () => "no place came back");
    }

    [Fact]
    public async Task AMemberThatStops_EndsItsPagesFirst()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        using LiveLines live = await LiveLines.OpenAsync(node, "live");
        using LiveLines tail = await LiveLines.OpenAsync(node, "watch");
        await live.NextAsync();
        Task stopping = node.Host!.StopAsync("the test");
        while ((await live.NextAsync()).ValueKind != JsonValueKind.Undefined)
        {
        }

        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task APageThatIsNeverRead_TakesNothingFromTheOthers()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        using var silent = new TcpClient { ReceiveBufferSize = 4096 };
        await silent.ConnectAsync(IPAddress.Loopback, node.Url.Port);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /dashboard/api/watch HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        var value = Google.Protobuf.ByteString.CopyFrom(new byte[1 << 20]);
        for (int i = 0; i < 50; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k"), Value = value });
        }

        using LiveLines live = await LiveLines.OpenAsync(node, "live");
        await live.NextAsync();
        Assert.Equal(51, (await live.NextAsync()).GetProperty("members")[0].GetProperty("status").GetProperty("revision").GetInt64());
    }
}
