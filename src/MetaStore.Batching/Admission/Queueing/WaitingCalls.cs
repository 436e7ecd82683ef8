namespace MetaStore.Batching.Admission.Queueing;

/// <summary>The waiting calls of one class on one connection, oldest first, and the connection's position among those that wait.</summary>
internal sealed class WaitingCalls(ConnectionCredits connection, AdmissionClass kind)
{
    public ConnectionCredits Connection => connection;

    public AdmissionClass Class => kind;

    public int Count { get; private set; }

    /// <summary>Bytes of their commands.</summary>
    public long Bytes { get; private set; }

    public AdmissionWaiter? First { get; private set; }

    private AdmissionWaiter? _last;

    /// <summary>Bytes that may be admitted before the next connection's turn; managed by <see cref="FairTurns"/>.</summary>
    public long Allowance { get; set; }

    /// <summary>True while it is in <see cref="FairTurns"/>.</summary>
    public bool HasTurn { get; set; }

    public WaitingCalls? PreviousTurn { get; set; }

    public WaitingCalls? NextTurn { get; set; }

    public void Add(AdmissionWaiter waiter)
    {
        waiter.Previous = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
        Count++;
        Bytes += waiter.Bytes;
    }

    public void Remove(AdmissionWaiter waiter)
    {
        if (waiter.Previous is { } previous)
        {
            previous.Next = waiter.Next;
        }
        else
        {
            First = waiter.Next;
        }

        if (waiter.Next is { } next)
        {
            next.Previous = waiter.Previous;
        }
        else
        {
            _last = waiter.Previous;
        }

        waiter.Previous = null;
        waiter.Next = null;
        Count--;
        Bytes -= waiter.Bytes;
    }
}
