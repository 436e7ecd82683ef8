using System.Globalization;
using System.Text;
using Google.Protobuf;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>HTTP/1.1 to the JSON gateway and the pages: invalid, endless and deeply nested JSON, invalid HTTP, pipelined requests.</summary>
public static class GatewayBodies
{
    private static readonly string[] Paths =
        ["/v3/kv/put", "/v3/kv/range", "/v3/kv/txn", "/v3/watch", "/v3/lease/grant", "/v3/lease/keepalive", "/v3/lock/lock", "/v3/nothing", "/health", "/metrics"];

    /// <summary>Opens connections in a loop, with some requests on each.</summary>
    public static async Task RunAsync(Attack attack)
    {
        while (!attack.End.IsCancellationRequested)
        {
            using var connection = await RawConnection.TryOpenAsync(attack.Target);
            if (connection is null)
            {
                return;
            }

            for (var i = attack.Random.Next(20); i > 0 && await connection.TrySendAsync(Request(attack), attack.End); i--)
            {
            }
        }
    }

    /// <summary>WebSocket upgrades, valid and invalid, followed by invalid frames.</summary>
    public static async Task WebSocketAsync(Attack attack)
    {
        while (!attack.End.IsCancellationRequested)
        {
            using var connection = await RawConnection.TryOpenAsync(attack.Target);
            var version = attack.Random.Next(3) == 0 ? attack.Random.Next() : 13;
            var key = attack.Random.Next(3) == 0 ? "!" : Convert.ToBase64String(new byte[16]);
            var path = Paths[attack.Random.Next(Paths.Length)];
            var upgrade = string.Create(
                CultureInfo.InvariantCulture,
                $"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n\r\n");
            if (connection is null || !await connection.TrySendAsync(Encoding.ASCII.GetBytes(upgrade), attack.End))
            {
                return;
            }

            for (var i = attack.Random.Next(50); i > 0 && await connection.TrySendAsync(Socket(attack), attack.End); i--)
            {
            }
        }
    }

    private static byte[] Request(Attack attack)
    {
        var random = attack.Random;
        if (random.Next(10) == 0)
        {
            return attack.AnyBytes(300);
        }

        var body = Body(random);
        var length = random.Next(10) == 0 ? random.NextInt64() : body.Length;
        var fields = random.Next(20) == 0 ? string.Concat(Enumerable.Range(0, random.Next(300)).Select(i => $"x{i}: y\r\n")) : "";
        var head = string.Create(
            CultureInfo.InvariantCulture, $"POST {Paths[random.Next(Paths.Length)]} HTTP/1.1\r\nHost: a\r\n{fields}Content-Length: {length}\r\n\r\n");
        return Encoding.UTF8.GetBytes(head + body);
    }

    private static string Body(Random random) => random.Next(6) switch
    {
        0 => new string('[', random.Next(100_000)),
        1 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(5000))),
        2 => $"{{\"key\":\"aA==\",\"lease\":{new string('9', random.Next(400))}}}",
        3 => "{\"key\":\"" + new string('A', random.Next(100_000)),
        4 => $"{{\"create_request\":{{\"key\":\"aA==\",\"start_revision\":\"{random.NextInt64()}\"}}}}",
        _ => JsonFormatter.Default.Format(RandomMessages.Any(random).Request),
    };

    private static byte[] Socket(Attack attack) => attack.Random.Next(3) switch
    {
        0 => attack.AnyBytes(100),
        1 => [0x81, 0x82, 0, 0, 0, 0, (byte)'{', (byte)'}'],
        _ => [0x01, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
    };
}
