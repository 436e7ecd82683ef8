using System.Buffers;
using System.IO.Pipelines;
using MetaStore.Fuzz.Inputs;
using MetaStore.Server.Listening.Http2;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// The start of a connection with HTTP/2, in which a URL in :authority becomes its host: after the preface frames, of which the input holds the type, flags and
/// payload. The first byte is the size of the pieces in which they arrive; whatever it is, the same comes out.
/// </summary>
internal static class AuthorityTarget
{
    private const int PrefaceBytes = 24;

    /// <summary>True when a URL has become its host; all else passes unchanged.</summary>
    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] sent = Connection(input.AsSpan(1));
        byte[] whole = Passed(sent, int.MaxValue, consumed: int.MaxValue);
        byte[] pieces = Passed(sent, input[0] + 1, consumed: (input[0] / 8) + 1);
        if (!whole.AsSpan().SequenceEqual(Expected(sent)) || !pieces.AsSpan().SequenceEqual(whole))
        {
            throw new InvalidOperationException("what comes out depends on the pieces");
        }

        return !whole.AsSpan().SequenceEqual(sent);
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] settings = Frame(4, 0, [0, 3, 0, 0, 0, 100]);
        byte[] window = Frame(8, 0, [0, 0xF, 0, 1]);
        byte[] url = [0x83, 0x86, 0x41, 21, .. "http://localhost:2379"u8, 0x40, 2, .. "te"u8, 8, .. "trailers"u8];
        byte[] socket = [0x83, 0x41, 12, .. "/run/m.socks"u8];
        byte[] withoutTable = [0x83, 0x01, 22, .. "https://localhost:2379"u8];
        byte[] coded = [0x83, 0x86, 0x41, 0x80 | 11, 0x9D, 0x29, 0xAE, 0xE3, 0x0C, 0x54, 0x1B, 0x82, 0x65, 0xD7, 0xFF];
        byte[] longer = [0x83, 0x41, 127, 24, .. "/run/"u8, .. Enumerable.Repeat((byte)'m', 146)];
        yield return [0, .. settings, .. window, .. Frame(1, 4, withoutTable)];
        yield return [10, .. settings, .. Frame(1, 4, url), .. Frame(0, 1, [0, 0, 0, 0, 0])];
        yield return [3, .. Frame(1, 5, socket)];
        yield return [200, .. settings, .. Frame(1, 4, coded)];
        yield return [50, .. Frame(1, 4, longer)];
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload) => [type, flags, (byte)payload.Length, .. payload];

    /// <summary>The bytes on the wire: lengths are right, except that of a last frame that is cut off.</summary>
    private static byte[] Connection(ReadOnlySpan<byte> input)
    {
        var bytes = new List<byte>(new byte[PrefaceBytes]);
        while (input.Length > 3)
        {
            int length = Math.Min((int)input[2], input.Length - 3);
            bytes.AddRange([0, 0, input[2], input[0], input[1], 0, 0, 0, 1]);
            bytes.AddRange(input.Slice(3, length));
            input = input[(3 + length)..];
        }

        bytes.AddRange(input);
        return [.. bytes];
    }

    /// <summary>The first HEADERS frame that is there as a whole is changed, nothing else.</summary>
    private static byte[] Expected(byte[] sent)
    {
        for (int at = PrefaceBytes; at + UrlAuthority.FrameHeaderBytes <= sent.Length;)
        {
            int end = at + UrlAuthority.FrameHeaderBytes + sent[at + 2];
            if (sent[at + 3] != UrlAuthority.HeadersFrame)
            {
                at = end;
            }
            else if (end > sent.Length || UrlAuthority.Without(sent.AsSpan(at..end)) is not { } frame)
            {
                return sent;
            }
            else if (((frame[1] << 8) | frame[2]) != frame.Length - UrlAuthority.FrameHeaderBytes || UrlAuthority.Without(frame) is not null)
            {
                throw new InvalidOperationException("a changed frame is not whole, or would be changed again");
            }
            else
            {
                return [.. sent[..at], .. frame, .. sent[end..]];
            }
        }

        return sent;
    }

    private static byte[] Passed(byte[] sent, int pieceBytes, int consumed)
    {
        var reader = new UrlAuthorityReader(PipeReader.Create(new PiecewiseStream(sent, pieceBytes)));
        var passed = new List<byte>();
        while (true)
        {
            ReadResult read = reader.ReadAsync().AsTask().GetAwaiter().GetResult();
            ReadOnlySequence<byte> taken = read.IsCompleted ? read.Buffer : read.Buffer.Slice(0, Math.Min(consumed, read.Buffer.Length));
            passed.AddRange(taken.ToArray());
            reader.AdvanceTo(taken.End, read.Buffer.End);
            if (read.IsCompleted)
            {
                return [.. passed];
            }
        }
    }
}
