using System.Buffers.Binary;
using MetaStore.Server.Listening.Http2;

namespace MetaStore.Server.Listening.Pings;

/// <summary>What reader and writer of one HTTP/2 connection know of its pings.</summary>
/// <remarks>The reader counts, the writer says goodbye: with the next bytes that go to the client, which the ping's acknowledgement makes soon.</remarks>
internal sealed class ConnectionPings(PingPolicy policy, ActiveCalls calls)
{
    private const byte GoAwayFrame = 7;
    private const uint EnhanceYourCalm = 0xB;

    private long _sentBytes;
    private int _lastStream;
    private volatile bool _isOver;

    /// <summary>True once the client pinged too often: nothing more is read from it.</summary>
    public bool IsOver => _isOver;

    /// <summary>Bytes were handed to the connection. Thread: the one that writes.</summary>
    public void OnSent(int bytes) => Volatile.Write(ref _sentBytes, _sentBytes + bytes);

    /// <summary>The client opened a stream. Thread: the one that reads.</summary>
    public void OnStream(int id) => Volatile.Write(ref _lastStream, Math.Max(_lastStream, id));

    /// <summary>The client pinged. Thread: the one that reads.</summary>
    public void OnPing()
    {
        if (policy.IsTooMany(Volatile.Read(ref _sentBytes), calls.Count > 0))
        {
            _isOver = true;
        }
    }

    /// <summary>GOAWAY as grpc-go's server sends it: clients know the text and ping less often from then on.</summary>
    public byte[] GoAway()
    {
        ReadOnlySpan<byte> debugData = "too_many_pings"u8;
        const int fixedBytes = 8;
        var frame = new byte[UrlAuthority.FrameHeaderBytes + fixedBytes + debugData.Length];
        frame[2] = (byte)(fixedBytes + debugData.Length);
        frame[3] = GoAwayFrame;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(9), Volatile.Read(ref _lastStream));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(13), EnhanceYourCalm);
        debugData.CopyTo(frame.AsSpan(17));
        return frame;
    }
}
