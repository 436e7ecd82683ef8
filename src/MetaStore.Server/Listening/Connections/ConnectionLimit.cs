namespace MetaStore.Server.Listening.Connections;

/// <summary>Counts and limits the connections of all client addresses. Thread-safe.</summary>
/// <param name="max">Maximum number of open connections; at least 1.</param>
internal sealed class ConnectionLimit(int max)
{
    private int _open;
    private long _refused;
    private long _aborted;

    /// <summary>Maximum number of open connections.</summary>
    public int Max => max;

    /// <summary>Open connections.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections closed at once because <see cref="Max"/> were open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Connections closed because of what they sent: useless frames, or calls without a message.</summary>
    public long Aborted => Interlocked.Read(ref _aborted);

    /// <summary>Adds a connection; <see cref="Leave"/> removes it.</summary>
    /// <returns>False at the limit; the connection must be closed.</returns>
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

    /// <summary>Removes a connection added by <see cref="TryEnter"/>.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);

    internal void CountAborted() => Interlocked.Increment(ref _aborted);
}
