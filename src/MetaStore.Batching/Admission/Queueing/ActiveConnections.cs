namespace MetaStore.Batching.Admission.Queueing;

/// <summary>The connections that hold a credit or wait for one. Entering and leaving allocate nothing, so that one that is busy on and off costs little.</summary>
internal sealed class ActiveConnections
{
    public ConnectionCredits? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>Puts a connection in, unless it is.</summary>
    public void Enter(ConnectionCredits connection)
    {
        if (connection.IsListed)
        {
            return;
        }

        connection.IsListed = true;
        connection.NextActive = First;
        if (First is not null)
        {
            First.PreviousActive = connection;
        }

        First = connection;
        Count++;
    }

    /// <summary>Takes a connection out that neither holds nor waits any more; others stay.</summary>
    public void LeaveIfIdle(ConnectionCredits connection)
    {
        if (connection.IsActive || !connection.IsListed)
        {
            return;
        }

        connection.IsListed = false;
        if (connection.PreviousActive is { } previous)
        {
            previous.NextActive = connection.NextActive;
        }
        else
        {
            First = connection.NextActive;
        }

        if (connection.NextActive is { } next)
        {
            next.PreviousActive = connection.PreviousActive;
        }

        connection.PreviousActive = null;
        connection.NextActive = null;
        Count--;
    }

    /// <summary>Most credits that one of them holds.</summary>
    public int MostHeld()
    {
        int most = 0;
        for (ConnectionCredits? connection = First; connection is not null; connection = connection.NextActive)
        {
            most = Math.Max(most, connection.Held);
        }

        return most;
    }
}
