using System.IO.Compression;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>gRPC messages with wrong lengths, compression bombs, and content that is not a valid message.</summary>
public static class GrpcBodies
{
    private static readonly byte[] Bomb = MakeBomb();

    /// <summary>Makes calls in a loop on one connection.</summary>
    public static async Task RunAsync(Attack attack)
    {
        using var connection = await RawConnection.TryOpenHttp2Async(attack.Target);
        for (var stream = 1; connection is not null && !attack.End.IsCancellationRequested; stream += 2)
        {
            var encoding = attack.Random.Next(3) switch { 0 => "gzip", 1 => "identity", _ => "snappy" };
            byte[] call =
            [
                .. Frames.Request(stream, attack.AnyPath(), Frames.EndHeaders, Frames.Field("grpc-encoding", encoding)),
                .. Frames.Of(Frames.Data, (byte)attack.Random.Next(2), stream, Body(attack)),
            ];
            if (!await connection.TrySendAsync(call, attack.End))
            {
                return;
            }
        }
    }

    private static byte[] Body(Attack attack)
    {
        var content = attack.AnyBytes(300);
        return attack.Random.Next(6) switch
        {
            0 => Frames.Message(0, (uint)content.Length, content),
            1 => Frames.Message(0, uint.MaxValue, content),
            2 => Frames.Message(1, (uint)content.Length, content),
            3 => Frames.Message(1, (uint)Bomb.Length, Bomb),
            4 => Frames.Message((byte)attack.Random.Next(256), (uint)attack.Random.Next(400), content),
            _ => content,
        };
    }

    /// <summary>Eight MB of zeros, compressed to about eight KB.</summary>
    private static byte[] MakeBomb()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
        {
            gzip.Write(new byte[8 << 20]);
        }

        return bytes.ToArray();
    }
}
