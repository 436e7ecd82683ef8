namespace MetaStore.Server.Listening.Connections;

/// <summary>Counts the open calls of all connections, and refuses what would be too many. Any thread may call.</summary>
/// <remarks>Watches stay open for days, so a connection may have many; when half of all is taken, those that have many get no more, and the others still do.</remarks>
/// <param name="max">Calls that may be open at once.</param>
internal sealed class OpenCalls(int max)
{
    private const int FewShare = 256;

    private readonly int _few = Math.Max(max / FewShare, 1);
    private int _open;
    private long _refused;

    /// <summary>Open calls.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Calls refused because too many were open.</summary>
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
