namespace MetaStore.Batching.Admission.Queueing;

/// <summary>The connections that hold or wait for a credit. Adding and removing do not allocate, so that a connection that is busy on and off costs little.</summary>
internal sealed class ActiveConnections
{
    public ConnectionCredits? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>Adds a connection, unless it is in the set.</summary>
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

    /// <summary>Removes a connection that neither holds nor waits for a credit; others stay.</summary>
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

    /// <summary>Largest number of credits held by one connection.</summary>
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
