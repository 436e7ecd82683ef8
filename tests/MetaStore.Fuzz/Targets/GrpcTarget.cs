using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Grpc.Core;
using MetaStore.Fuzz.Inputs;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Fuzz.Targets;

/// <summary>What a call over gRPC brings besides its message: the prefixes of messages in pieces, gzip, and headers. The first byte says which, the second is the size of the pieces.</summary>
internal static class GrpcTarget
{
    private const int MessageBytesMax = 1 << 16;
    private const int PrefixBytes = 5;

    public static void Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }

        byte[] bytes = input[2..];
        try
        {
            switch (input[0] % 6)
            {
                case 0 or 1:
                    ReadMessages(bytes, isOneMessage: input[0] % 6 == 0, isCompressing: input[0] >= 128, pieceBytes: input[1] == 0 ? int.MaxValue : input[1]);
                    break;
                case 2:
                    Inflate(bytes);
                    break;
                case 3:
                    ReadTimeout(Encoding.Latin1.GetString(bytes));
                    break;
                case 4:
                    _ = BinaryMetadata.Malformed(new HeaderDictionary { ["a-bin"] = Encoding.Latin1.GetString(bytes) });
                    break;
                default:
                    ReadTrace(Encoding.Latin1.GetString(bytes));
                    break;
            }
        }
        catch (RpcException)
        {
            // Refused.
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] message = [0, 0, 0, 0, 3, 1, 2, 3];
        byte[] compressed = Compressed(new byte[300]);
        yield return [0, 0, .. message];
        yield return [1, 3, .. message, .. message, 0, 0, 0, 0, 0];
        yield return [129, 0, 1, 0, 0, 0, (byte)compressed.Length, .. compressed];
        yield return [2, 0, .. compressed];
        yield return [3, 0, .. "100m"u8];
        yield return [3, 0, .. "99999999H"u8];
        yield return [4, 0, .. "AAEC, AAE=,AAE"u8];
        yield return [5, 0, .. "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8];
    }

    /// <summary>Reads as Grpc.AspNetCore does: a message is taken when it is there as a whole.</summary>
    private static void ReadMessages(byte[] bytes, bool isOneMessage, bool isCompressing, int pieceBytes)
    {
        var body = new MessageBody();
        body.Begin(PipeReader.Create(new PiecewiseStream(bytes, pieceBytes)), isOneMessage, isCompressing, MessageBytesMax);
        int messages = 0;
        while (true)
        {
            ReadResult read = body.ReadAsync().AsTask().GetAwaiter().GetResult();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.Length >= PrefixBytes && LengthOf(rest) is var length && rest.Length >= PrefixBytes + length)
            {
                if (length > MessageBytesMax || (isOneMessage && messages > 0))
                {
                    throw new InvalidOperationException("a message was let through");
                }

                rest = rest.Slice(PrefixBytes + length);
                messages++;
            }

            body.AdvanceTo(rest.Start, rest.End);
            if (!read.IsCompleted)
            {
                continue;
            }

            if (!rest.IsEmpty || (isOneMessage && messages != 1))
            {
                throw new InvalidOperationException("a body that is no messages was let through");
            }

            return;
        }
    }

    private static long LengthOf(in ReadOnlySequence<byte> at)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        at.Slice(0, PrefixBytes).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
    }

    private static void Inflate(byte[] bytes)
    {
        using Stream inflated = new BoundedGzip(MessageBytesMax).CreateDecompressionStream(new MemoryStream(bytes));
        using var read = new MemoryStream();
        inflated.CopyTo(read);
        if (read.Length > MessageBytesMax)
        {
            throw new InvalidOperationException("a message unpacks to more than its bound");
        }
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    private static void ReadTimeout(string text)
    {
        if (GrpcTimeout.TryParse(text, out TimeSpan timeout) && timeout < TimeSpan.Zero)
        {
            throw new InvalidOperationException("a timeout is negative");
        }
    }

    private static void ReadTrace(string text)
    {
        if (TraceParent.IsSampled(text) is not null && !TraceParent.Read(text, text).TraceId.ToHexString().AsSpan().SequenceEqual(text.AsSpan(3, 32)))
        {
            throw new InvalidOperationException("another trace is read");
        }
    }
}
