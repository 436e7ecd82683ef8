namespace MetaStore.Batching.Admission.Queueing;

/// <summary>All calls that wait for a credit: how many there may be, and whose is next. Guarded by the lock of the admission.</summary>
/// <remarks>
/// When all places are taken, a connection that has less than its share of them still gets more; the others' calls are refused. So a connection with
/// one call gets a place beside one with thousands, and at most twice as many wait as there are places.
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
    public bool HasPlace(WaitingCalls queue, int bytes, AdmissionSettings settings)
    {
        int sharers = _connections + (queue.Count == 0 ? 1 : 0);
        return (Count < settings.MaxWaiting || queue.Count < settings.MaxWaiting / sharers)
            && (Bytes + bytes <= settings.MaxWaitingBytes || Count == 0 || queue.Bytes + bytes <= settings.MaxWaitingBytes / sharers);
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
