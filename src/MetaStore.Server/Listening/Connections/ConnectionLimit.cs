namespace MetaStore.Server.Listening.Connections;

/// <summary>Counts the connections of all addresses that clients are served on, and says when one is too many. Any thread may call.</summary>
/// <param name="max">Connections that may be open at once; at least 1.</param>
internal sealed class ConnectionLimit(int max)
{
    private int _open;
    private long _refused;
    private long _aborted;

    /// <summary>Connections that may be open at once.</summary>
    public int Max => max;

    /// <summary>Open connections.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections closed at once because <see cref="Max"/> were open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Connections closed because of what they sent: frames that bring no call further, or calls without a message.</summary>
    public long Aborted => Interlocked.Read(ref _aborted);

    /// <summary>Takes a place; <see cref="Leave"/> gives it back.</summary>
    /// <returns>False when there is none; the connection must be closed.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>Gives back what <see cref="TryEnter"/> took.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);

    internal void CountAborted() => Interlocked.Increment(ref _aborted);
}
