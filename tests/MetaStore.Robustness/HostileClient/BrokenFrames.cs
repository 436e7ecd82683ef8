using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>Invalid HTTP/2: random frames in random order, wrong lengths, header blocks that are too large or not HPACK.</summary>
public static class BrokenFrames
{
    private const int FramesPerConnection = 200;

    /// <summary>Opens connections in a loop, each with other frames.</summary>
    public static async Task RunAsync(Attack attack)
    {
        while (!attack.End.IsCancellationRequested)
        {
            using var connection = await RawConnection.TryOpenHttp2Async(attack.Target);
            if (connection is null)
            {
                return;
            }

            for (var i = 0; i < FramesPerConnection && await connection.TrySendAsync(Any(attack), attack.End); i++)
            {
            }
        }
    }

    private static byte[] Any(Attack attack)
    {
        var random = attack.Random;
        var stream = random.Next(4) == 0 ? random.Next() : (2 * random.Next(50)) + 1;
        switch (random.Next(8))
        {
            case 0:
                return Frames.Of((byte)random.Next(12), (byte)random.Next(256), stream, attack.AnyBytes(64));
            case 1:
                return Frames.Request(stream, attack.AnyPath(), Frames.EndHeaders, attack.AnyBytes(200));
            case 2:
                return Frames.Request(stream, new string('/', random.Next(20_000) % 16_000));
            case 3:
                return Frames.Request(stream, attack.AnyPath(), Frames.EndHeaders, ManyFields(random.Next(400)));
            case 4:
                var lying = Frames.Of(Frames.Data, 0, stream, attack.AnyBytes(100));
                random.NextBytes(lying.AsSpan(0, 3));
                return lying;
            case 5:
                return Frames.Of(Frames.Settings, 0, 0, 0, (byte)random.Next(8), (byte)random.Next(256), 0xFF, 0xFF, (byte)random.Next(256));
            case 6:
                return attack.AnyBytes(500);
            default:
                // Sets the largest dynamic table, then refers to an entry repeatedly with one-byte references.
                return Frames.Request(stream, attack.AnyPath(), Frames.EndHeaders, [0x3F, 0xE1, 0x1F, .. Enumerable.Repeat((byte)0xBE, random.Next(4000))]);
        }
    }

    private static byte[] ManyFields(int count) => [.. Enumerable.Range(0, count).SelectMany(i => Frames.Field($"x{i}", "y"))];
}
