using MetaStore.LoadGen.Http2.Frames;

namespace MetaStore.LoadGen.Http2;

/// <summary>Sends requests as far as the server's flow-control windows allow, and the rest in the order of their start.</summary>
internal sealed class RequestSender(FrameWriter writer)
{
    private readonly Queue<Call> _blocked = new();
    private long _window;
    private int _streamWindow;
    private int _maxFrameBytes;

    /// <summary>True while a call waits for window.</summary>
    public bool IsBlocked => _blocked.Count > 0;

    /// <summary>Begins a connection: the defaults hold until the server says otherwise.</summary>
    public void Open()
    {
        _window = Http2Wire.DefaultWindow;
        _streamWindow = Http2Wire.DefaultWindow;
        _maxFrameBytes = Http2Wire.DefaultFrameBytes;
    }

    /// <summary>Forgets the calls that wait.</summary>
    public void Close() => _blocked.Clear();

    /// <summary>Sends a request, in one HEADERS and one DATA frame if it fits.</summary>
    /// <param name="call">Has its stream id.</param>
    /// <param name="headerBlock">Encoded headers.</param>
    /// <param name="message">Encoded message; copied.</param>
    public void Send(Call call, ReadOnlySpan<byte> headerBlock, ReadOnlySpan<byte> message)
    {
        call.SendWindow = _streamWindow;
        writer.Headers(call.StreamId, headerBlock);
        int bodyBytes = GrpcFrame.PrefixBytes + message.Length;
        if (bodyBytes <= _window && bodyBytes <= call.SendWindow && bodyBytes <= _maxFrameBytes)
        {
            writer.Message(call.StreamId, message);
            _window -= bodyBytes;
            return;
        }

        byte[] body = new byte[bodyBytes];
        GrpcFrame.Write(body, message);
        call.Unsent = body;
        _blocked.Enqueue(call);
        SendBlocked();
    }

    /// <summary>Sends the beginning of a request that stays open.</summary>
    /// <param name="call">Has its stream id.</param>
    /// <param name="headerBlock">Encoded headers.</param>
    /// <param name="body">Kept until it is sent; not empty.</param>
    public void SendOpen(Call call, ReadOnlySpan<byte> headerBlock, ReadOnlyMemory<byte> body)
    {
        call.SendWindow = _streamWindow;
        call.StaysOpen = true;
        call.Unsent = body;
        writer.Headers(call.StreamId, headerBlock);
        _blocked.Enqueue(call);
        SendBlocked();
    }

    /// <summary>Sends more of a request that stays open.</summary>
    /// <param name="call">Has its stream id.</param>
    /// <param name="body">Copied.</param>
    public void SendMore(Call call, ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty && call.Unsent.IsEmpty && Math.Min(Math.Min(_window, call.SendWindow), _maxFrameBytes) is var allowed and > 0)
        {
            int length = (int)Math.Min(allowed, body.Length);
            writer.Data(call.StreamId, body[..length], last: false);
            body = body[length..];
            call.SendWindow -= length;
            _window -= length;
        }

        if (body.IsEmpty)
        {
            return;
        }

        if (call.Unsent.IsEmpty)
        {
            _blocked.Enqueue(call);
        }

        call.Unsent = (byte[])[.. call.Unsent.Span, .. body];
    }

    /// <summary>The server's setting for the window that streams begin with.</summary>
    public void SetStreamWindow(int bytes)
    {
        // Running streams gain or lose the difference; only those that wait for window can notice.
        foreach (Call call in _blocked)
        {
            call.SendWindow += bytes - _streamWindow;
        }

        _streamWindow = bytes;
    }

    /// <summary>The server's setting for the largest frame.</summary>
    public void SetMaxFrame(int bytes) => _maxFrameBytes = bytes;

    /// <summary>The server accepts more in all.</summary>
    public void Widen(int increment) => _window += increment;

    /// <summary>Sends on what has waited, as far as the windows allow now.</summary>
    public void SendBlocked()
    {
        while (_blocked.TryPeek(out Call? call))
        {
            int allowed = (int)Math.Min(Math.Min(_window, call.SendWindow), _maxFrameBytes);
            if (allowed <= 0)
            {
                return;
            }

            int length = Math.Min(allowed, call.Unsent.Length);
            writer.Data(call.StreamId, call.Unsent.Span[..length], last: length == call.Unsent.Length && !call.StaysOpen);
            call.Unsent = call.Unsent[length..];
            call.SendWindow -= length;
            _window -= length;
            if (call.Unsent.IsEmpty)
            {
                _blocked.Dequeue();
            }
        }
    }

    /// <summary>Takes an ending call out of those that wait: it may soon run on another connection.</summary>
    public void Forget(Call call)
    {
        if (!call.Unsent.IsEmpty)
        {
            call.Unsent = default;
            int count = _blocked.Count;
            for (int i = 0; i < count; i++)
            {
                Call next = _blocked.Dequeue();
                if (next != call)
                {
                    _blocked.Enqueue(next);
                }
            }
        }
    }
}
