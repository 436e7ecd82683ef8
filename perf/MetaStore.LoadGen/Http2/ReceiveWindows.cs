using MetaStore.LoadGen.Http2.Frames;

namespace MetaStore.LoadGen.Http2;

/// <summary>
/// Flow-control windows for the server, per stream and in all; large enough never to slow a test down, and refilled by halves.
/// </summary>
internal sealed class ReceiveWindows(FrameWriter writer)
{
    /// <summary>Bytes per stream.</summary>
    public const int Stream = 16 << 20;

    private const int Connection = 1 << 30;

    private int _unacknowledged;

    /// <summary>Begins a connection: opens its window.</summary>
    public void Open()
    {
        _unacknowledged = 0;
        writer.WindowUpdate(0, Connection - Http2Wire.DefaultWindow);
    }

    /// <summary>Bytes came in on the connection.</summary>
    public void OnReceived(int bytes)
    {
        _unacknowledged += bytes;
        if (_unacknowledged > Connection / 2)
        {
            writer.WindowUpdate(0, _unacknowledged);
            _unacknowledged = 0;
        }
    }

    /// <summary>Bytes came in on a running call.</summary>
    public void OnReceived(Call call, int bytes)
    {
        long before = call.ReceivedBytes;
        call.ReceivedBytes += bytes;
        if (call.ReceivedBytes / (Stream / 2) > before / (Stream / 2))
        {
            writer.WindowUpdate(call.StreamId, Stream / 2);
        }
    }
}
