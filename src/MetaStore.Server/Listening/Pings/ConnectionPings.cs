using System.Buffers.Binary;
using MetaStore.Server.Listening.Http2;

namespace MetaStore.Server.Listening.Pings;

/// <summary>Ping state of one HTTP/2 connection, shared by its reader and writer.</summary>
/// <remarks>The reader counts, the writer sends GOAWAY: with the next bytes to the client, of which the ping's acknowledgement is soon one.</remarks>
internal sealed class ConnectionPings(PingPolicy policy, ActiveCalls calls)
{
    private const byte GoAwayFrame = 7;
    private const uint EnhanceYourCalm = 0xB;

    private long _sentBytes;
    private int _lastStream;
    private volatile bool _isOver;

    /// <summary>True once the client has pinged too often: nothing more is read from it.</summary>
    public bool IsOver => _isOver;

    /// <summary>Bytes were passed to the connection. Thread: writer.</summary>
    public void OnSent(int bytes) => Volatile.Write(ref _sentBytes, _sentBytes + bytes);

    /// <summary>The client opened a stream. Thread: reader.</summary>
    public void OnStream(int id) => Volatile.Write(ref _lastStream, Math.Max(_lastStream, id));

    /// <summary>The client pinged. Thread: reader.</summary>
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
