using Grpc.Core;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// Limits the calls of all connections whose message has not arrived: their total memory is bounded, and a message must arrive at a minimum rate.
/// </summary>
/// <remarks>
/// Above the bound, calls of the connection that holds the most are ended, oldest first, until part of the bound is free; so a client with a few calls
/// is not affected by one with thousands. A connection that continues after <see cref="EndedMost"/> of its calls were ended is closed. Thread-safe.
/// </remarks>
/// <param name="maxBytes">Total memory, including 16 KiB for each call.</param>
internal sealed class UnreadCalls(long maxBytes)
{
    /// <summary>Memory of a call before any byte of its message arrives: Kestrel's stream and buffers, measured at 14 KiB.</summary>
    internal const long CallBytes = 16 << 10;

    /// <summary>Kestrel keeps the stream of an ended call for five more seconds, so ending calls alone would not bound the memory.</summary>
    internal const int EndedMost = 256;

    private const long FreedShare = 64;

    /// <summary>Minimum rate of a message after <see cref="s_grace"/>.</summary>
    private const long BytesPerSecond = 1024;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly Status s_tooMany = new(StatusCode.ResourceExhausted, "etcdserver: too many requests");
    private static readonly Status s_tooSlow = new(StatusCode.DeadlineExceeded, "the request message did not arrive in time");

    private readonly Lock _gate = new();
    private readonly HashSet<ClientConnection> _connections = [];
    private readonly List<ClientConnection> _closing = [];
    private long _bytes;
    private long _ended;

    /// <summary>Bytes held at the moment, including 16 KiB for each call.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Calls ended because their message did not arrive in time, or others needed the memory.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    internal void Enter(AwaitedBody body)
    {
        ClientConnection[] closing = [];
        lock (_gate)
        {
            var connection = body.Connection;
            body.Charged = body.Cost;
            connection.Unread.AddLast(body.Node);
            connection.UnreadBytes += body.Charged;
            _connections.Add(connection);
            _bytes += body.Charged;
            if (_bytes > maxBytes)
            {
                MakeRoom();
                closing = [.. _closing];
                _closing.Clear();
            }
        }

        foreach (var connection in closing)
        {
            connection.Abort("too many of its calls sent no message");
        }
    }

    internal void Leave(AwaitedBody body)
    {
        lock (_gate)
        {
            Remove(body);
        }
    }

    /// <summary>Ends the calls whose message arrives too slowly. Called every <see cref="SweepInterval"/> by the listener.</summary>
    internal void EndSlow(long now)
    {
        lock (_gate)
        {
            foreach (var connection in _connections.ToArray())
            {
                for (var node = connection.Unread.First; node is not null;)
                {
                    var body = node.Value;
                    node = node.Next;
                    if (body.Since != 0 && now - body.Since > s_grace.TotalMilliseconds + (body.Arrived * 1000 / BytesPerSecond))
                    {
                        End(body, s_tooSlow);
                    }
                }
            }
        }
    }

    private void MakeRoom()
    {
        var enough = maxBytes - (maxBytes / FreedShare);
        while (_bytes > enough && _connections.MaxBy(connection => connection.UnreadBytes) is { } largest)
        {
            var half = largest.UnreadBytes / 2;
            do
            {
                End(largest.Unread.First!.Value, s_tooMany);
                if (++largest.UnreadEnded == EndedMost)
                {
                    _closing.Add(largest);
                }
            }
            while (_bytes > enough && largest.UnreadBytes > half && largest.Unread.Count > 0);
        }
    }

    private void End(AwaitedBody body, Status why)
    {
        Remove(body);
        _ended++;
        body.EndWait(why);
    }

    private void Remove(AwaitedBody body)
    {
        if (body.Node.List is null)
        {
            return;
        }

        var connection = body.Connection;
        connection.Unread.Remove(body.Node);
        connection.UnreadBytes -= body.Charged;
        _bytes -= body.Charged;
        if (connection.Unread.Count == 0)
        {
            _connections.Remove(connection);
        }
    }
}
