using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>Requests all keys on many calls and does not read the responses.</summary>
public static class SlowReaders
{
    private const int Calls = 200;

    /// <summary>Uses one connection with the largest possible window.</summary>
    public static async Task RunAsync(Attack attack)
    {
        using var connection = await RawConnection.TryOpenHttp2Async(attack.Target, isReading: false);
        var range = new RangeRequest { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0) }.ToByteArray();
        if (connection is null || !await connection.TrySendAsync(Frames.Of(Frames.WindowUpdate, 0, 0, 0x7F, 0, 0, 0), attack.End))
        {
            return;
        }

        for (var i = 0; i < Calls; i++)
        {
            var stream = (2 * i) + 1;
            byte[] call =
            [
                .. Frames.Request(stream, "/etcdserverpb.KV/Range"),
                .. Frames.Of(Frames.Data, Frames.EndStream, stream, Frames.Message(0, (uint)range.Length, range)),
            ];
            if (!await connection.TrySendAsync(call, attack.End))
            {
                return;
            }
        }

        await Task.Delay(Timeout.Infinite, attack.End).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
