using MetaStore.Protocol.Etcd;
using MetaStore.Client.Leasing;
using Grpc.Core;

namespace MetaStore.Client;

/// <summary>A lease that is renewed until it is disposed or lost. Thread-safe.</summary>
/// <remarks>
/// It is renewed every third of its time to live, at any member that answers; failed renewals are retried while any time is left, so that it
/// survives lost connections and leader changes. <see cref="Lost"/> fires no later than the servers may remove the lease, measured by this
/// process's monotonic clock, even when no server can be reached. A process that is suspended for longer finds out when it resumes; actions
/// that must never happen twice need a transaction or a fencing token in addition.
/// </remarks>
public sealed class HeldLease : IAsyncDisposable
{
    private readonly LeaseClient _leases;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over;
    private readonly Task _renewals;
    private volatile LeaseTerm _term;
    private int _disposed;

    internal HeldLease(LeaseClient leases, TimeProvider time, long id, LeaseTerm term)
    {
        _leases = leases;
        _time = time;
        _term = term;
        Id = id;
        TimeToLive = term.Length;
        _over = new CancellationTokenSource(AtLeastZero(term.Left(time)), time);
        Lost = _over.Token;
        _renewals = RenewUntilOverAsync();
    }

    /// <summary>The lease id for puts.</summary>
    public long Id { get; }

    /// <summary>Time to live as the server granted it.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>
    /// Remaining time until it counts as lost, unless it is renewed before; zero or less when it is over. Computed from the clock, so it is right even
    /// when timers are late.
    /// </summary>
    public TimeSpan Remaining => Lost.IsCancellationRequested ? TimeSpan.Zero : _term.Left(_time);

    /// <summary>Fires when the lease is lost, and when it is disposed: work that depends on it must stop then.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why the last renewal failed; null while they succeed.</summary>
    public RpcException? LastFailure { get; private set; }

    /// <summary>Stops renewing and revokes the lease, which deletes its keys.</summary>
    /// <exception cref="RpcException">No server could be reached. The lease expires by itself within its time to live.</exception>
    public async Task RevokeAsync(CancellationToken cancellation = default)
    {
        await StopAsync().ConfigureAwait(false);
        try
        {
            await _leases.RevokeAsync(new LeaseRevokeRequest { ID = Id }, cancellation).ConfigureAwait(false);
        }
        catch (RpcException gone) when (gone.Is(EtcdErrors.LeaseNotFound))
        {
            // Already gone, which is the intended result.
        }
    }

    /// <summary>
    /// As <see cref="RevokeAsync"/>; when no server can be reached, the lease is left to expire. Further calls do nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            await RevokeAsync().ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            LastFailure = failure; // it is not renewed any more and expires by itself
        }

        _over.Dispose();
    }

    private async Task StopAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _renewals.ConfigureAwait(false);
    }

    private async Task RenewUntilOverAsync()
    {
        try
        {
            var wait = _term.RenewBehind - _time.GetElapsedTime(_term.Since);
            while (true)
            {
                await Task.Delay(AtLeastZero(wait), _time, Lost).ConfigureAwait(false);
                wait = await TryRenewAsync().ConfigureAwait(false) ? _term.RenewBehind - _time.GetElapsedTime(_term.Since) : _term.PauseBehindFailure;
            }
        }
        catch (OperationCanceledException) when (Lost.IsCancellationRequested)
        {
        }
    }

    /// <summary>One renewal. A lease that the server does not have any more is over.</summary>
    private async Task<bool> TryRenewAsync()
    {
        try
        {
            var askedAt = _time.GetTimestamp();
            var answer = await _leases.RenewAsync(Id, _term.TryFor, Lost).ConfigureAwait(false);
            if (answer.TTL <= 0)
            {
                LastFailure = new RpcException(new Status(StatusCode.NotFound, EtcdErrors.LeaseNotFound));
                await _over.CancelAsync().ConfigureAwait(false);
                return false;
            }

            LastFailure = null;
            _term = LeaseTerm.From(askedAt, answer.TTL);
            _over.CancelAfter(AtLeastZero(_term.Left(_time)));
            return true;
        }
        catch (RpcException failure)
        {
            LastFailure = failure;
            return false;
        }
    }

    private static TimeSpan AtLeastZero(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
