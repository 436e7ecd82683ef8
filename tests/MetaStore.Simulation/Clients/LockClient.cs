using System.Globalization;
using System.Text;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Clients;

/// <summary>A client that acquires a lock as etcd's clients do: a key on its own lease; the owner of the oldest key holds the lock.</summary>
/// <remarks>The creation revision of the key is its fencing token. Source: etcd's concurrency.Mutex.</remarks>
internal sealed class LockClient(SimCluster cluster, int number, SimRandom random, LeaseIds ids) : CallingClient(cluster, number, random)
{
    private const int LooksMax = 30;

    private readonly LeaseCalls _leases = new(cluster, random);

    protected override async Task ActAsync()
    {
        await PauseAsync(Cluster.Features.LeasePause);
        (long id, long ttl, bool isNew) = ids.Next();
        byte[] key = Encoding.Latin1.GetBytes($"m/{id}");
        if (!await WriteAsync(new LeaseGrantCommand { Id = id, Ttl = ttl })
            || await CallAsync(new ClientCall(Cluster.Clients.Workload.PutNew(key, id), default, false)) is not { Outcome: Outcome.Done } made
            || !made.Answer.StartsWith("txn then", StringComparison.Ordinal))
        {
            return;
        }

        if (!await AcquireAsync(id, made.Revision) || IsStopped)
        {
            return;
        }

        for (int looks = Random.Next(4); looks > 0 && !IsStopped; looks--)
        {
            await _leases.RenewAsync(id);
            await PauseAsync(TimeSpan.FromSeconds(ttl).Ticks / 3);
        }

        switch (Random.Next(3))
        {
            case 0 when isNew:
                await WriteAsync(new LeaseRevokeCommand { Id = id });
                break;
            case 1:
                await WriteAsync(new DeleteRangeCommand { Key = key });
                break;
            default:
                // It stops without releasing the lock: the lease expires.
                break;
        }
    }

    /// <summary>Waits until its key is the oldest.</summary>
    /// <returns>False when its key is deleted before, or after a timeout.</returns>
    private async Task<bool> AcquireAsync(long id, long token)
    {
        for (int looks = 0; looks < LooksMax && !IsStopped; looks++)
        {
            Operation? read = await CallAsync(new ClientCall(null, new RangeQuery { Key = "m/"u8.ToArray(), RangeEnd = "m0"u8.ToArray() }, false));
            if (read is { Outcome: Outcome.Done })
            {
                long[] made = [.. Created(read.Answer)];
                if (!made.Contains(token))
                {
                    return false;
                }

                if (made.Min() == token)
                {
                    Cluster.Checks.Locks.Acquired(token, read.Revision);
                    return true;
                }
            }

            await _leases.RenewAsync(id);
            await PauseAsync(Cluster.Features.LeasePause);
        }

        return false;
    }

    // "2: m/1=value@create.mod.version~lease m/2=...".
    private static IEnumerable<long> Created(string answer) => answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(pair =>
        long.Parse(pair[(pair.LastIndexOf('@') + 1)..].Split('.')[0], CultureInfo.InvariantCulture));
}
