namespace MetaStore.Batching.Admission.Queueing;

/// <summary>The calls waiting for a credit: how many there may be, and which is next. Guarded by the lock of the admission.</summary>
/// <remarks>
/// When the queue is full, a connection that has less than its share in it may still add calls; calls of others are rejected. So a connection with one
/// call can wait beside one with thousands, and the queue holds at most twice its limit.
/// </remarks>
internal sealed class AdmissionQueue
{
    private readonly FairTurns _ordinary = new();
    private readonly FairTurns _essential = new();
    private int _connections;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public FairTurns Of(AdmissionClass kind) => kind == AdmissionClass.Essential ? _essential : _ordinary;

    /// <summary>True when one more call of a connection may wait.</summary>
    /// <param name="queue">Waiting calls of the connection.</param>
    /// <param name="bytes">Size of the call's command.</param>
    /// <param name="places">Calls that may wait.</param>
    /// <param name="maxBytes">Bytes of their commands.</param>
    public bool HasPlace(WaitingCalls queue, int bytes, int places, long maxBytes)
    {
        int sharers = _connections + (queue.Count == 0 ? 1 : 0);
        return (Count < places || queue.Count < places / sharers)
            && (Bytes + bytes <= maxBytes || Count == 0 || queue.Bytes + bytes <= maxBytes / sharers);
    }

    public void Add(AdmissionWaiter waiter)
    {
        if (waiter.Queue.Count == 0)
        {
            _connections++;
        }

        waiter.Queue.Add(waiter);
        Count++;
        Bytes += waiter.Bytes;
    }

    public void Remove(AdmissionWaiter waiter)
    {
        WaitingCalls queue = waiter.Queue;
        queue.Remove(waiter);
        Count--;
        Bytes -= waiter.Bytes;
        if (queue.Count == 0)
        {
            _connections--;
            Of(queue.Class).Leave(queue);
        }
    }
}
