using System.Text;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Clients;

/// <summary>A client that grants a lease, attaches keys, keeps it alive for a while, and then revokes it or lets it expire.</summary>
internal sealed class LeaseHolder(SimCluster cluster, int number, SimRandom random, LeaseIds ids) : CallingClient(cluster, number, random)
{
    private const int Keys = 4;

    private readonly LeaseCalls _leases = new(cluster, random);

    protected override async Task ActAsync()
    {
        await PauseAsync(Cluster.Features.LeasePause);
        (long id, long ttl, bool isNew) = ids.Next();
        if (!await WriteAsync(new LeaseGrantCommand { Id = id, Ttl = ttl }))
        {
            return;
        }

        // A third is kept for long, so that leaders change during its life.
        int calls = Random.Chance(0.3) ? 40 : Random.Next(10);
        for (bool lives = true; lives && calls > 0 && !IsStopped; calls--)
        {
            lives = await UseAsync(id);
            await PauseAsync(Math.Min(Cluster.Features.LeasePause, TimeSpan.FromSeconds(ttl).Ticks / 3));
        }

        if (Random.Chance(0.4))
        {
            // Renewal and expiry at the same time: exactly one of them wins.
            await WaitAsync(TimeSpan.FromSeconds(ttl).Ticks + Random.Exponential(400 * SimKernel.Millisecond));
            if (!IsStopped)
            {
                await _leases.RenewAsync(id);
            }
        }

        if (isNew && !IsStopped && Random.Chance(0.5))
        {
            await WriteAsync(new LeaseRevokeCommand { Id = id });
            await ReadAsync();
        }
    }

    /// <returns>False when the lease is known to be gone.</returns>
    private async Task<bool> UseAsync(long id)
    {
        switch (Random.Next(20))
        {
            case < 10:
                return await _leases.RenewAsync(id) ?? true;
            case < 14:
                await WriteAsync(Cluster.Clients.Workload.Put(Key(), id));
                return true;
            case 14:
                await WriteAsync(Cluster.Clients.Workload.Put(Key(), 0));
                return true;
            case < 17:
                await WriteAsync(Cluster.Clients.Workload.PutNew(Key(), id, Key()));
                return true;
            case 17:
                await _leases.LookAsync(id);
                return true;
            default:
                await ReadAsync();
                return true;
        }
    }

    private Task<Operation?> ReadAsync() => CallAsync(new ClientCall(null, new RangeQuery { Key = "l"u8.ToArray(), RangeEnd = "m"u8.ToArray() }, false));

    private byte[] Key() => Encoding.Latin1.GetBytes($"l{Random.Next(Keys)}");
}
