using MetaStore.Protocol.Etcd;
using MetaStore.Client.Leasing;
using Grpc.Core;

namespace MetaStore.Client;

/// <summary>A lease that is renewed until it is disposed or lost. Thread-safe.</summary>
/// <remarks>
/// It is renewed every third of its time to live, at whatever member answers; failures are tried again as long as any time is left, so that it
/// survives lost connections and leader changes. <see cref="Lost"/> fires no later than the servers may remove the lease, judged by this
/// process's own monotonic clock: even when no server can be asked. A process that is frozen for longer finds out when it wakes up; what must
/// never happen twice is to be guarded by a transaction or a fencing token besides.
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

    /// <summary>What keys are put with to go with this lease.</summary>
    public long Id { get; }

    /// <summary>Time to live as the server granted it.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>What is left until it counts as lost, unless it is renewed before; zero or less when it is over. Read off the clock: right even when timers are late.</summary>
    public TimeSpan Remaining => Lost.IsCancellationRequested ? TimeSpan.Zero : _term.Left(_time);

    /// <summary>Fires when the lease is lost, and when it is disposed: whoever works on behalf of it has to stop then.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why the last renewal failed; null while they succeed.</summary>
    public RpcException? LastFailure { get; private set; }

    /// <summary>Stops renewing and revokes the lease, which deletes its keys.</summary>
    /// <exception cref="RpcException">Nobody could be asked to. The lease runs out by itself within its time to live.</exception>
    public async Task RevokeAsync(CancellationToken cancellation = default)
    {
        await StopAsync().ConfigureAwait(false);
        try
        {
            await _leases.RevokeAsync(new LeaseRevokeRequest { ID = Id }, cancellation).ConfigureAwait(false);
        }
        catch (RpcException gone) when (gone.Is(EtcdErrors.LeaseNotFound))
        {
            // What was to be reached is reached.
        }
    }

    /// <summary>As <see cref="RevokeAsync"/>; when no server can be asked to, the lease is left to run out. Further calls do nothing.</summary>
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
            LastFailure = failure; // nobody renews it any more: it ends without our doing
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

    /// <summary>One renewal. A lease that the server does not know any more is over.</summary>
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
