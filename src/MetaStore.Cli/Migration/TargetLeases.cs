using System.Collections.Concurrent;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Migration;

/// <summary>Leases of the source that were granted in the target too, with the same IDs, and are renewed there while the source has them.</summary>
/// <remarks>Clients renew their leases in the source until they move, so the target's must not expire before.</remarks>
internal sealed class TargetLeases(MetaStoreClient source, MetaStoreClient target, TimeProvider time)
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<long, long> _renewAt = [];

    /// <summary>Leases that are renewed.</summary>
    public int Count => _renewAt.Count;

    /// <summary>Grants a lease in the target unless it is there; false when the source does not have it any more.</summary>
    /// <param name="id">Of the lease; not 0.</param>
    /// <param name="again">It was granted, but the target does not have it any more.</param>
    /// <param name="cancellation">Ends the calls.</param>
    public async Task<bool> EnsureAsync(long id, bool again, CancellationToken cancellation)
    {
        if (!again && _renewAt.ContainsKey(id))
        {
            return true;
        }

        var lease = await source.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = id }, cancellation);
        if (lease.TTL <= 0)
        {
            return false;
        }

        try
        {
            await target.Lease.GrantAsync(new LeaseGrantRequest { ID = id, TTL = lease.GrantedTTL }, cancellation);
        }
        catch (RpcException exists) when (exists.Is(EtcdErrors.LeaseExists))
        {
            await target.Lease.KeepAliveOnceAsync(id, cancellation);
        }

        _renewAt[id] = DueAfter(lease.GrantedTTL);
        return true;
    }

    /// <summary>Renews until it is cancelled.</summary>
    /// <exception cref="InputException">A lease of the source has expired in the target.</exception>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CheckEvery, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var (id, due) in _renewAt)
            {
                if (time.GetTimestamp() >= due)
                {
                    await RenewAsync(id, cancellation);
                }
            }
        }
    }

    private async Task RenewAsync(long id, CancellationToken cancellation)
    {
        var lease = await source.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = id }, cancellation);
        if (lease.TTL <= 0)
        {
            // Its keys are deleted by the changes that the source reports; the target's lease expires without keys.
            _renewAt.TryRemove(id, out _);
            return;
        }

        if ((await target.Lease.KeepAliveOnceAsync(id, cancellation)).TTL <= 0)
        {
            throw new InputException($"lease {id:x} has expired in the target, and its keys with it, because it was not renewed in time; {MigrationRun.Continue}");
        }

        _renewAt[id] = DueAfter(lease.GrantedTTL);
    }

    private long DueAfter(long seconds) => time.GetTimestamp() + (seconds * time.TimestampFrequency / 3);
}
