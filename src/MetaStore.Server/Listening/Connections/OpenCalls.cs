namespace MetaStore.Server.Listening.Connections;

/// <summary>Counts and limits the open calls of all connections. Thread-safe.</summary>
/// <remarks>Watches stay open for days, so a connection may have many calls; above half of the limit, connections that have many get no more, while others do.</remarks>
/// <param name="max">Maximum number of open calls.</param>
internal sealed class OpenCalls(int max)
{
    private const int FewShare = 256;

    private readonly int _few = Math.Max(max / FewShare, 1);
    private int _open;
    private long _refused;

    /// <summary>Open calls.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Calls rejected because too many were open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    internal bool TryOpen(ClientConnection? connection)
    {
        var open = Interlocked.Increment(ref _open);
        var ofConnection = connection is null ? 1 : Interlocked.Increment(ref connection.Open);
        if (open <= max / 2 || (open <= max && ofConnection <= _few))
        {
            return true;
        }

        Close(connection);
        Interlocked.Increment(ref _refused);
        return false;
    }

    internal void Close(ClientConnection? connection)
    {
        Interlocked.Decrement(ref _open);
        if (connection is not null)
        {
            Interlocked.Decrement(ref connection.Open);
        }
    }
}
