using System.Text;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>Many, idle, slow or short connections.</summary>
public static class OddConnections
{
    private static readonly string[] Beginnings =
    [
        "", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /health HTTP/1.1\r\nHost: a\r\n", "POST /v3/kv/put HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{",
        "POST /v3/watch HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ];

    /// <summary>Holds connections that sent only the beginning of a request.</summary>
    public static async Task IdleAsync(Attack attack)
    {
        var beginning = Encoding.ASCII.GetBytes(Beginnings[attack.Random.Next(Beginnings.Length)]);
        var open = new List<RawConnection>();
        for (var i = attack.Random.Next(1, 300); i > 0 && !attack.End.IsCancellationRequested; i--)
        {
            if (await RawConnection.TryOpenAsync(attack.Target) is { } connection)
            {
                open.Add(connection);
                await connection.TrySendAsync(beginning, attack.End);
            }
        }

        await Task.Delay(Timeout.Infinite, attack.End).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        open.ForEach(connection => connection.Dispose());
    }

    /// <summary>Sends one byte at a time.</summary>
    public static async Task SlowAsync(Attack attack)
    {
        using var connection = await RawConnection.TryOpenAsync(attack.Target);
        var text = attack.Random.Next(2) == 0 ? Frames.Preface : Encoding.ASCII.GetBytes(Beginnings[^2]);
        for (var i = 0; connection is not null && !attack.End.IsCancellationRequested; i = (i + 1) % text.Length)
        {
            if (!await connection.TrySendAsync(text.AsMemory(i, 1), attack.End))
            {
                return;
            }

            await Task.Delay(50, attack.End).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Opens and closes connections.</summary>
    public static async Task ChurnAsync(Attack attack)
    {
        while (!attack.End.IsCancellationRequested)
        {
            using var connection = await RawConnection.TryOpenAsync(attack.Target, isReading: false);
            if (connection is not null && attack.Random.Next(2) == 0)
            {
                await connection.TrySendAsync(Frames.Preface, attack.End);
            }
        }
    }
}
