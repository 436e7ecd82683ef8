using System.Net;
using MetaStore.Testing.HostileClient;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.HostileClient;

/// <summary>Runs hostile clients of all kinds concurrently against a cluster, with a well-behaved client next to them, and then checks the members.</summary>
/// <param name="cluster">Running members.</param>
/// <param name="seed">Determines kinds, targets and bytes, but not the timing.</param>
public sealed class HostileRun(ProcessCluster cluster, int seed)
{
    private const int Workers = 8;

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AttackMost = TimeSpan.FromSeconds(5);
    private readonly SortedDictionary<string, int> _counts = [];

    /// <summary>How often each kind ran.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Runs for a time.</summary>
    public async Task<HostileReport> RunAsync(TimeSpan time)
    {
        var members = cluster.Nodes.Select(node => node.Process!).ToArray();
        var before = members.Select(member => member.ResidentBytes).ToArray();
        await using var careful = CarefulProcess.Start(cluster.Nodes[0].ClientUrl);
        using var end = new CancellationTokenSource(time);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => AttackAsync(new Random((seed * Workers) + worker), end.Token))));
        var peak = members.Max(member => member.ResidentBytes);
        var seen = await careful.StopAsync();
        var (memory, idle) = await ComeToRestAsync(members, before);
        return new HostileReport(seen, members.All(member => member.IsRunning), peak, memory, idle);
    }

    private async Task AttackAsync(Random random, CancellationToken end)
    {
        var names = HostileKinds.All.Keys.ToArray();
        while (!end.IsCancellationRequested)
        {
            var name = names[random.Next(names.Length)];
            lock (_counts)
            {
                _counts[name] = _counts.GetValueOrDefault(name) + 1;
            }

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(end);
            enough.CancelAfter(AttackMost * random.NextDouble());
            var port = cluster.Nodes[random.Next(cluster.Nodes.Count)].ClientPort;
            await HostileKinds.All[name](new Attack(new IPEndPoint(IPAddress.Loopback, port), random, enough.Token));
        }
    }

    /// <summary>Polls memory and CPU time until both are near their initial values, for at most a minute.</summary>
    /// <returns>The largest growth of a member's memory, and the share of a core that the busiest member uses.</returns>
    private static async Task<(long MemoryGrown, double Busy)> ComeToRestAsync(ServerProcess[] members, long[] before)
    {
        var began = Environment.TickCount64;
        while (true)
        {
            var used = members.Select(member => member.ProcessorTime).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(2));
            var busy = members.Zip(used, (member, earlier) => (member.ProcessorTime - earlier).TotalSeconds / 2).Max();
            var grown = members.Zip(before, (member, earlier) => member.ResidentBytes - earlier).Max();
            if ((grown <= HostileReport.MemoryBound && busy <= HostileReport.BusyBound) || Environment.TickCount64 - began > Rest.TotalMilliseconds)
            {
                return (grown, busy);
            }
        }
    }
}
