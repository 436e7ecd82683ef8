namespace MetaStore.Batching.Admission.Queueing;

/// <summary>Selects the next call: connections with waiting calls take turns, however many calls each of them has.</summary>
/// <remarks>
/// Deficit round robin. A turn is worth a number of bytes; a call costs its bytes, and at least a whole turn. So calls of ordinary size are counted one
/// by one, and a connection with larger calls waits more turns for each. Selecting costs as many steps as the calls before were worth turns.
/// </remarks>
internal sealed class FairTurns
{
    private WaitingCalls? _first;
    private WaitingCalls? _last;

    /// <summary>True when no connection waits.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>Adds a connection at the end, unless it is present.</summary>
    /// <param name="queue">Has waiting calls.</param>
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

    /// <summary>Removes a connection that has no call to be admitted.</summary>
    public void Leave(WaitingCalls queue)
    {
        if (queue.HasTurn)
        {
            queue.HasTurn = false;
            Unlink(queue);
        }
    }

    /// <summary>The connection whose oldest call is next; unchanged until it is charged. Null when none waits.</summary>
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

    /// <summary>Charges an admitted call to its connection's allowance.</summary>
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
