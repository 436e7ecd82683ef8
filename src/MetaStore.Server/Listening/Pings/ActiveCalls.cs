namespace MetaStore.Server.Listening.Pings;

/// <summary>Counts a connection's calls and requests in progress; a feature of the connection. Thread-safe.</summary>
internal sealed class ActiveCalls
{
    private int _count;

    /// <summary>The number now.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Begin() => Interlocked.Increment(ref _count);

    public void End() => Interlocked.Decrement(ref _count);
}
