using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using Grpc.Core;
using MetaStore.Fuzz.Inputs;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Fuzz.Targets;

/// <summary>What a call over gRPC brings besides its message: the prefixes of messages in pieces, gzip, and headers. The first byte says which, the second is the size of the pieces.</summary>
internal static partial class GrpcTarget
{
    private const int MessageBytesMax = 1 << 16;
    private const int PrefixBytes = 5;

    public static bool Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return false;
        }

        byte[] bytes = input[2..];
        try
        {
            switch (input[0] % 6)
            {
                case 0 or 1:
                    return ReadMessages(bytes, isOneMessage: input[0] % 6 == 0, isCompressing: input[0] >= 128, pieceBytes: input[1] + 1);
                case 2:
                    Inflate(bytes);
                    return true;
                case 3:
                    return ReadTimeout(Encoding.Latin1.GetString(bytes));
                case 4:
                    return BinaryMetadata.Malformed(new HeaderDictionary { ["a-bin"] = Encoding.Latin1.GetString(bytes) }) is null;
                default:
                    return ReadTrace(Encoding.Latin1.GetString(bytes));
            }
        }
        catch (RpcException)
        {
            return false;
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] message = [0, 0, 0, 0, 3, 1, 2, 3];
        byte[] compressed = Compressed(new byte[300]);
        yield return [0, 0, .. message];
        yield return [1, 3, .. message, .. message, 0, 0, 0, 0, 0];
        yield return [133, 0, 1, 0, 0, 0, (byte)compressed.Length, .. compressed];
        yield return [2, 0, .. compressed];
        yield return [3, 0, .. "100m"u8];
        yield return [3, 0, .. "99999999H"u8];
        yield return [4, 0, .. "AAEC, AAE=,AAE"u8];
        yield return [5, 0, .. "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8];
    }

    /// <summary>The pieces decide nothing: neither whether a body is refused nor with which status.</summary>
    private static bool ReadMessages(byte[] bytes, bool isOneMessage, bool isCompressing, int pieceBytes)
    {
        Status whole = Outcome(bytes, isOneMessage, isCompressing, int.MaxValue);
        Status pieces = Outcome(bytes, isOneMessage, isCompressing, pieceBytes);
        if (whole.StatusCode != pieces.StatusCode || whole.Detail != pieces.Detail)
        {
            throw new InvalidOperationException($"a body as a whole is {whole}, in pieces of {pieceBytes} {pieces}");
        }

        return whole.StatusCode == StatusCode.OK;
    }

    private static Status Outcome(byte[] bytes, bool isOneMessage, bool isCompressing, int pieceBytes)
    {
        try
        {
            Take(bytes, isOneMessage, isCompressing, pieceBytes);
            return Status.DefaultSuccess;
        }
        catch (RpcException refused)
        {
            return refused.Status;
        }
    }

    /// <summary>Reads as Grpc.AspNetCore does: a message is taken when it is there as a whole.</summary>
    private static void Take(byte[] bytes, bool isOneMessage, bool isCompressing, int pieceBytes)
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
                if (length > MessageBytesMax || (isOneMessage && messages > 0) || rest.FirstSpan[0] > (isCompressing ? 1 : 0))
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

    private static bool ReadTimeout(string text)
    {
        bool isRead = GrpcTimeout.TryParse(text, out TimeSpan timeout);
        if (isRead != TimeoutForm().IsMatch(text) || (isRead && timeout < TimeSpan.Zero))
        {
            throw new InvalidOperationException($"the timeout \"{text}\" is read as {(isRead ? timeout : null)}");
        }

        return isRead;
    }

    private static bool ReadTrace(string text)
    {
        bool? isSampled = TraceParent.IsSampled(text);
        if (isSampled is not null != TraceForm().IsMatch(text))
        {
            throw new InvalidOperationException("a trace that is none is read, or one is not read");
        }

        if (isSampled is null)
        {
            return false;
        }

        ActivityContext caller = TraceParent.Read(text, text);
        bool isSame = text.AsSpan(3).StartsWith($"{caller.TraceId}-{caller.SpanId}-") && caller.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) == isSampled;
        return isSame ? true : throw new InvalidOperationException("another trace is read");
    }

    /// <summary>Source: "gRPC over HTTP/2", Timeout.</summary>
    [GeneratedRegex(@"^[0-9]{1,8}[HMSmun]\z")]
    private static partial Regex TimeoutForm();

    /// <summary>Source: W3C Trace Context, section 3.2.</summary>
    [GeneratedRegex(@"^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(\z|(?<!^00.*)-)", RegexOptions.Singleline)]
    private static partial Regex TraceForm();
}
