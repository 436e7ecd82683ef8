using System.Text;
using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Gateway;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>WebSockets on the JSON gateway: the same responses as etcd's to the same frames, and hostile frames do not affect other clients.</summary>
[Collection("processes")]
public sealed class WebSocketDifferenceTests(ITestOutputHelper output)
{
    private const string Watch = "{\"create_request\":{\"key\":\"d3M=\"}}";
    private const string Put = "{\"key\":\"d3M=\",\"value\":\"MQ==\"}";

    private static readonly Dictionary<string, Func<SocketServer, Task<string>>> Conversations = new()
    {
        ["watch"] = server => TalkAsync(server, "/v3/watch", 2, Watch, Watch),
        ["beta"] = server => TalkAsync(server, "/v3beta/watch", 1, Watch),
        ["two values in a message"] = server => TalkAsync(server, "/v3/watch", 2, Watch + Watch),
        ["a value over two messages"] = server => TalkAsync(server, "/v3/watch", 1, Watch[..18], Watch[18..]),
        ["a string over two messages"] = server => TalkAsync(server, "/v3/watch", 2, Watch[..8]),
        ["empty message"] = server => TalkAsync(server, "/v3/watch", 1, "", Watch),
        ["no JSON"] = server => TalkAsync(server, "/v3/watch", 2, "x"),
        ["no JSON later"] = server => TalkAsync(server, "/v3/watch", 1, Watch, "x"),
        ["put"] = server => TalkAsync(server, "/v3/kv/put", 2, Put),
        ["refused put"] = server => TalkAsync(server, "/v3/kv/put", 2, "{}"),
        ["unknown path"] = server => TalkAsync(server, "/v3/nothing", 2),
        ["lease"] = server => TalkAsync(server, "/v3/lease/grant", 2, "{\"ID\":8731532100245991019,\"TTL\":600}"),
        ["keep alive"] = server => TalkAsync(server, "/v3/lease/keepalive", 2, "{\"ID\":8731532100245991019}", "{\"ID\":\"8731532100245991019\"}"),
        ["method parameter"] = server => TalkAsync(server, "/v3/watch?method=GET", 1, Watch),
        ["not of the gateway"] = server => HeadAsync(server, "/version"),
        ["without key"] = server => HeadAsync(server, "/v3/watch", "Sec-WebSocket-Key: "),
        ["old version"] = server => HeadAsync(server, "/v3/watch", "Sec-WebSocket-Version: 8"),
        ["token"] = server => HeadAsync(server, "/v3/watch", "Sec-WebSocket-Protocol: Bearer, token"),
        ["token without space"] = server => HeadAsync(server, "/v3/watch", "Sec-WebSocket-Protocol: Bearer,token"),
        ["other protocol"] = server => HeadAsync(server, "/v3/watch", "Sec-WebSocket-Protocol: chat"),
        ["fragments"] = server => FramesAsync(server, 1, (Watch[..8], RawWebSocket.Text, false, true, 0), (Watch[8..], 0, true, true, 0)),
        ["binary"] = server => FramesAsync(server, 1, (Watch, RawWebSocket.Binary, true, true, 0)),
        ["ping"] = server => FramesAsync(server, 2, (Watch, RawWebSocket.Text, true, true, 0), ("hello", RawWebSocket.Ping, true, true, 0)),
        ["close"] = server => FramesAsync(server, 1, ("\u0003\u00e8", RawWebSocket.Close, true, true, 0)),
        ["unmasked"] = server => FramesAsync(server, 1, (Watch, RawWebSocket.Text, true, false, 0)),
        ["reserved bit"] = server => FramesAsync(server, 1, (Watch, RawWebSocket.Text, true, true, 4)),
        ["unknown opcode"] = server => FramesAsync(server, 1, (Watch, 3, true, true, 0)),
        ["continuation of nothing"] = server => FramesAsync(server, 1, (Watch, 0, true, true, 0)),
        ["fragmented ping"] = server => FramesAsync(server, 1, ("x", RawWebSocket.Ping, false, true, 0)),
        ["long ping"] = server => FramesAsync(server, 1, (new string('x', 126), RawWebSocket.Ping, true, true, 0)),
    };

    [SkippableTheory]
    [InlineData("memory", SocketCaller.Anyone)]
    [InlineData("memory", SocketCaller.Root)]
    [RowOnRequest("rocksdb", SocketCaller.Root)]
    [RowOnRequest("memory", SocketCaller.Anonymous)]
    public async Task WebSockets_AnswerAsEtcdsDo(string engine, SocketCaller caller)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        var differences = await ConfirmedDifferences.OfAsync(() => CompareAsync(engine, caller), output);
        Assert.True(differences.Count == 0, $"{differences.Count} conversations differ\n{string.Join('\n', differences)}");
    }

    [Fact]
    public async Task HostileSockets_AreClosed_AndReleased()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        var server = new SocketServer(cluster.Nodes[0], Token: null);
        var process = server.Node.Process!;
        Assert.Equal("closed 1009", await FloodAsync(server, inOneMessage: true));
        Assert.Contains("received message larger than max", await FloodAsync(server, inOneMessage: false), StringComparison.Ordinal);

        // Sockets that send nothing, stop within a frame or never read do no harm: others are served, and memory does not grow with claimed lengths.
        var (before, descriptors) = (process.ResidentBytes, Descriptors(process.Id));
        var sockets = new List<RawWebSocket>();
        for (var i = 0; i < 100; i++)
        {
            var socket = new RawWebSocket();
            sockets.Add(socket);
            Assert.StartsWith("HTTP/1.1 101", await socket.OpenAsync(server, "/v3/watch"), StringComparison.Ordinal);
            await socket.SendAsync(Encoding.UTF8.GetBytes("{\"create_request\":{\"x\":\"" + new string('x', 1000)), isLast: false);
        }

        Assert.Contains("\"revision\"", await TalkAsync(server, "/v3/kv/put", 1, Put), StringComparison.Ordinal);
        Assert.InRange(process.ResidentBytes - before, long.MinValue, 100L << 20);
        foreach (var socket in sockets)
        {
            await socket.DisposeAsync();
        }

        await Eventually.TrueAsync(() => Descriptors(process.Id) <= descriptors + 5, TimeSpan.FromSeconds(20), () => $"{Descriptors(process.Id)} descriptors are open, {descriptors} were");
    }

    private static int Descriptors(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;

    /// <summary>Up to 20 MB in one message, or in as many.</summary>
    private static async Task<string> FloodAsync(SocketServer server, bool inOneMessage)
    {
        await using var socket = new RawWebSocket();
        await socket.OpenAsync(server, "/v3/kv/put");
        var part = Encoding.UTF8.GetBytes(new string(' ', 64 << 10));
        await socket.SendAsync(Encoding.UTF8.GetBytes("{"), isLast: !inOneMessage);
        try
        {
            for (var i = 0; i < 320; i++)
            {
                await socket.SendAsync(part, inOneMessage ? 0 : RawWebSocket.Text, isLast: !inOneMessage);
            }
        }
        catch (IOException)
        {
            // Closed before the end, as expected.
        }

        return await socket.ReceiveAsync();
    }

    private async Task<IReadOnlyDictionary<string, string>> CompareAsync(string engine, SocketCaller caller)
    {
        // etcd 3.4 refuses every token of a WebSocket: its proxy writes "Bearer " before it, which only later releases cut off. What root gets is what anyone
        // gets without auth.
        await using var etcd = ProcessCluster.OfEtcd(1, ClusterSecurity.Of(caller == SocketCaller.Anonymous));
        await using var metaStore = ProcessCluster.OfMetaStore(1, ClusterSecurity.Of(caller != SocketCaller.Anyone), EngineFlags.Of(engine));
        await Task.WhenAll(etcd.StartAsync(), metaStore.StartAsync());
        var (left, right) = (new SocketServer(etcd.Nodes[0], Token: null), new SocketServer(metaStore.Nodes[0], caller == SocketCaller.Root ? metaStore.Security.Token : null));
        var differences = new Dictionary<string, string>();
        foreach (var (name, conversation) in Conversations)
        {
            // etcd 3.4.23 grants and renews leases without a user; MetaStore does not, as later releases.
            if (caller == SocketCaller.Anonymous && name is ("lease" or "keep alive"))
            {
                continue;
            }

            var answers = await Task.WhenAll(conversation(left), conversation(right));
            output.WriteLine($"{name}: {answers[0]}");
            if (answers[0] != answers[1])
            {
                differences.Add(name, LineDiff.Describe(answers[0], answers[1]));
            }
        }

        return differences;
    }

    private static async Task<string> HeadAsync(SocketServer server, string path, params string[] headers)
    {
        await using var socket = new RawWebSocket();
        return await socket.OpenAsync(server, path, headers);
    }

    /// <summary>Sends messages and reads a number of frames; the end counts as one.</summary>
    private static async Task<string> TalkAsync(SocketServer server, string path, int frames, params string[] messages)
    {
        await using var socket = new RawWebSocket();
        var said = new List<string> { await socket.OpenAsync(server, path) };
        foreach (var message in messages)
        {
            await socket.SendAsync(message);
        }

        return await ListenAsync(socket, said, frames);
    }

    private static async Task<string> FramesAsync(
        SocketServer server, int frames, params (string Payload, int Opcode, bool IsLast, bool IsMasked, int Reserved)[] sent)
    {
        await using var socket = new RawWebSocket();
        var said = new List<string> { await socket.OpenAsync(server, "/v3/watch") };
        foreach (var (payload, opcode, isLast, isMasked, reserved) in sent)
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(payload), opcode, isLast, isMasked, reserved);
            if (said.Count < frames)
            {
                said.Add(GatewayClient.Mask(await socket.ReceiveAsync()));
            }
        }

        return await ListenAsync(socket, said, frames);
    }

    private static async Task<string> ListenAsync(RawWebSocket socket, List<string> said, int frames)
    {
        while (said.Count <= frames)
        {
            said.Add(GatewayClient.Mask(await socket.ReceiveAsync()));
        }

        return string.Join('\n', said);
    }
}
