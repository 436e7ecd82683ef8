using MetaStore.Server.Leases;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Clients;

/// <summary>Lease calls, made at any node, which forwards them to the leader it knows.</summary>
internal sealed class LeaseCalls(SimCluster cluster, SimRandom random)
{
    private static readonly long Patience = 5 * SimKernel.Second;

    /// <summary>Renews a lease.</summary>
    /// <returns>True when it was renewed, false when it does not exist, null when that is not known.</returns>
    public async Task<bool?> RenewAsync(long id)
    {
        long call = cluster.Kernel.Now;
        Renewal? answer = await AskAsync(leases => leases.RenewAsync(id));
        if (answer is not { Outcome: RenewalOutcome.Renewed or RenewalOutcome.Missing } known)
        {
            return null;
        }

        bool renewed = known.Outcome == RenewalOutcome.Renewed;
        cluster.Statistics.Renewals += renewed ? 1 : 0;
        cluster.Checks.Renewals.Answered(id, call, renewed ? TimeSpan.FromSeconds(known.Ttl) : null, isRenewal: true);
        return renewed;
    }

    /// <summary>Reads the remaining time of a lease.</summary>
    public async Task LookAsync(long id)
    {
        long call = cluster.Kernel.Now;
        if (await AskAsync(leases => leases.TimeToLiveAsync(id)) is { } left)
        {
            cluster.Checks.Renewals.Answered(id, call, left < TimeSpan.Zero ? null : left, isRenewal: false);
        }
    }

    private Task<T?> AskAsync<T>(Func<SimLeases, Task<T?>> ask)
        where T : struct
    {
        var answer = new TaskCompletionSource<T?>();
        cluster.Kernel.After(Patience, () => answer.TrySetResult(null));
        if (random.Pick(cluster.Machines).Process is { } process)
        {
            process.Schedule(random.Exponential(SimKernel.Millisecond), () => Arrive(process, ask, answer));
        }

        return answer.Task;
    }

    private void Arrive<T>(SimProcess process, Func<SimLeases, Task<T?>> ask, TaskCompletionSource<T?> answer)
        where T : struct
    {
        SimLeases leases = process.Leases!;
        (ulong self, ulong leader) = (process.Machine.Id, leases.Leader);
        if (leases.LeadingTerm != 0)
        {
            process.Threads.Run(async () => Answer(await ask(leases), answer));
        }
        else if (leader != 0 && !cluster.Network.IsCut(self, leader) && !cluster.Network.IsCut(leader, self)
            && cluster.Machine(leader).Process is { } there)
        {
            there.Schedule(random.Exponential(2 * cluster.Network.Delay), () =>
                there.Threads.Run(async () => Answer(await ask(there.Leases!), answer)));
        }
    }

    private void Answer<T>(T? found, TaskCompletionSource<T?> answer)
        where T : struct => cluster.Kernel.After(random.Exponential(SimKernel.Millisecond), () => answer.TrySetResult(found));
}
