namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Counters of one peer, separate from the metrics so that the hot path adds to plain numbers.</summary>
public sealed class PeerTraffic
{
    private long _sentBytes;
    private long _sentMessages;
    private long _receivedBytes;
    private long _sendFailures;
    private long _dropped;
    private long _disconnects;
    private long _receiveFailures;

    /// <summary>Bytes written to the peer.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Messages written to the peer.</summary>
    public long SentMessages => Volatile.Read(ref _sentMessages);

    /// <summary>Bytes received from the peer.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Writes that failed.</summary>
    public long SendFailures => Volatile.Read(ref _sendFailures);

    /// <summary>Messages dropped because there was no connection or the queue was full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How often both lanes to it were up and then one was lost.</summary>
    public long Disconnects => Volatile.Read(ref _disconnects);

    /// <summary>Connections from it that ended because of invalid data, or broke.</summary>
    public long ReceiveFailures => Volatile.Read(ref _receiveFailures);

    internal void Disconnected() => Interlocked.Increment(ref _disconnects);

    internal void ReceiveFailed() => Interlocked.Increment(ref _receiveFailures);

    internal void Sent(long bytes, int messages)
    {
        Interlocked.Add(ref _sentBytes, bytes);
        Interlocked.Add(ref _sentMessages, messages);
    }

    internal void Received(long bytes) => Interlocked.Add(ref _receivedBytes, bytes);

    internal void SendFailed() => Interlocked.Increment(ref _sendFailures);

    internal void Drop() => Interlocked.Increment(ref _dropped);
}
