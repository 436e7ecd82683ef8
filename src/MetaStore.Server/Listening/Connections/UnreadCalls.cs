using Grpc.Core;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// The calls whose message has not arrived, of all connections: what they hold together has a bound, and a message that has begun must go on.
/// </summary>
/// <remarks>
/// Over the bound, calls of the connection that holds most are ended, oldest first, until some of the bound is free; so a client with a few calls is not
/// hurt by one with thousands. A connection that goes on after <see cref="EndedMost"/> of its calls were ended so is closed. Any thread may call.
/// </remarks>
/// <param name="maxBytes">What they may hold together, 16 KiB for each call included.</param>
internal sealed class UnreadCalls(long maxBytes)
{
    /// <summary>What a call costs before any of its message is there: Kestrel's stream and buffers, measured at 14 KiB.</summary>
    internal const long CallBytes = 16 << 10;

    /// <summary>Kestrel keeps the stream of a call that was ended for five seconds more, so ending calls alone would not bound the memory.</summary>
    internal const int EndedMost = 256;

    private const long FreedShare = 64;

    /// <summary>A message that comes slower than this after <see cref="s_grace"/> is given up.</summary>
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

    /// <summary>Bytes they hold at the moment, 16 KiB for each call included.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Calls ended because their message did not arrive while others needed the memory, or not in time.</summary>
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

    /// <summary>Ends the calls whose message comes too slowly. Called every <see cref="SweepInterval"/> by the listener.</summary>
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
        body.Ended = why;
        body.CancelPendingRead();
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
