namespace MetaStore.Testing.HostileClient;

/// <summary>Calls whose headers and part of a body are sent, and then nothing.</summary>
public static class HalfSentCalls
{
    private const int CallsPerWrite = 100;

    /// <summary>Opens one connection with such calls and returns it open.</summary>
    /// <param name="attack">Where to.</param>
    /// <param name="calls">How many.</param>
    /// <param name="path">Method, or null for any.</param>
    /// <param name="bodyBytes">Bytes of the message that come; it claims to have 1,000,000.</param>
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

    /// <summary>Opens and holds them for a while.</summary>
    public static async Task RunAsync(Attack attack)
    {
        using var connection = await OpenAsync(attack, attack.Random.Next(1, 5000), bodyBytes: attack.Random.Next(1000));
        if (connection is not null)
        {
            await attack.HoldAsync(connection);
        }
    }
}
