using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.Connections;

/// <summary>Accepts connections while the limit and the descriptors allow.</summary>
/// <remarks>
/// A connection above the limit is closed at once, so that its client can try another member, followed by a pause, so that a client that keeps trying
/// costs little. When the process (or the machine) is out of descriptors, the listener waits for one; connections wait in the kernel's queue.
/// </remarks>
internal sealed class LimitedListener(IConnectionListener inner, ConnectionLimit limit, ListenerLog log) : IConnectionListener
{
    private static readonly TimeSpan s_pauseAfterRefusal = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_pauseWithoutDescriptor = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_logInterval = TimeSpan.FromSeconds(10);

    private readonly SpareDescriptor _spare = new();
    private readonly CancellationTokenSource _unbound = new();
    private long _loggedAt = long.MinValue;

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await _spare.WaitUntilHeldAsync(s_pauseWithoutDescriptor, OnNoDescriptor, _unbound.Token);
            var accepted = await inner.AcceptAsync(cancellationToken);
            if (accepted is null)
            {
                return null;
            }

            if (limit.TryEnter())
            {
                return new CountedConnection(accepted, limit);
            }

            OnRefused();
            accepted.Abort(new ConnectionAbortedException("too many connections are open"));
            await accepted.DisposeAsync();
            await PauseAsync(s_pauseAfterRefusal);
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _unbound.CancelAsync();
        await inner.DisposeAsync();
        _spare.Dispose();
        _unbound.Dispose();
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _unbound.Token);
        }
        catch (OperationCanceledException)
        {
            // The next accept returns that it is closed.
        }
    }

    private void OnRefused()
    {
        if (IsTimeToLog())
        {
            log.TooManyConnections(inner.EndPoint, limit.Max, limit.Refused);
        }
    }

    private void OnNoDescriptor()
    {
        if (IsTimeToLog())
        {
            log.NoDescriptor(inner.EndPoint);
        }
    }

    /// <summary>Called by the accept loop only.</summary>
    private bool IsTimeToLog()
    {
        var now = Environment.TickCount64;
        if (_loggedAt != long.MinValue && now - _loggedAt < s_logInterval.TotalMilliseconds)
        {
            return false;
        }

        _loggedAt = now;
        return true;
    }
}
