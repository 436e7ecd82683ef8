namespace MetaStore.Batching.Admission.Queueing;

/// <summary>Whose call is next: connections with waiting calls take turns, however many calls each of them has waiting.</summary>
/// <remarks>
/// Deficit round robin. A turn is worth a number of bytes; a call costs its bytes, and at least a whole turn. So calls of ordinary size are counted one by
/// one, and a connection whose calls are larger waits the more turns for each. Finding the next costs the number of turns that the calls before were worth.
/// </remarks>
internal sealed class FairTurns
{
    private WaitingCalls? _first;
    private WaitingCalls? _last;

    /// <summary>No connection waits.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>Gives a connection the last place, unless it has one.</summary>
    /// <param name="queue">Has calls that wait.</param>
    /// <param name="turn">Bytes that a turn is worth; positive.</param>
    public void Enter(WaitingCalls queue, long turn)
    {
        if (!queue.HasTurn)
        {
            queue.HasTurn = true;
            queue.Allowance = turn;
            Append(queue);
        }
    }

    /// <summary>Takes a connection out: it has nothing that may be admitted.</summary>
    public void Leave(WaitingCalls queue)
    {
        if (queue.HasTurn)
        {
            queue.HasTurn = false;
            Unlink(queue);
        }
    }

    /// <summary>The connection whose oldest call is next; it stays the same until it is charged. Null when none waits.</summary>
    public WaitingCalls? Next(long turn)
    {
        while (_first is { Allowance: <= 0 } queue)
        {
            queue.Allowance += turn;
            Unlink(queue);
            Append(queue);
        }

        return _first;
    }

    /// <summary>Pays for a call that was admitted out of its turn's allowance.</summary>
    public static void Charge(WaitingCalls queue, int bytes, long turn) => queue.Allowance -= Math.Max(bytes, turn);

    private void Append(WaitingCalls queue)
    {
        queue.PreviousTurn = _last;
        queue.NextTurn = null;
        if (_last is null)
        {
            _first = queue;
        }
        else
        {
            _last.NextTurn = queue;
        }

        _last = queue;
    }

    private void Unlink(WaitingCalls queue)
    {
        if (queue.PreviousTurn is { } previous)
        {
            previous.NextTurn = queue.NextTurn;
        }
        else
        {
            _first = queue.NextTurn;
        }

        if (queue.NextTurn is { } next)
        {
            next.PreviousTurn = queue.PreviousTurn;
        }
        else
        {
            _last = queue.PreviousTurn;
        }

        queue.PreviousTurn = null;
        queue.NextTurn = null;
    }
}
