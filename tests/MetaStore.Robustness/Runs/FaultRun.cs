using System.Diagnostics;
using System.Globalization;
using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Faults;
using MetaStore.Robustness.Load;
using MetaStore.Robustness.Network;
using MetaStore.Simulation.Checkers;

namespace MetaStore.Robustness.Runs;

/// <summary>Injects one kind of fault repeatedly into a new cluster under load, then waits for recovery and checks the result.</summary>
internal sealed class FaultRun(PacketSwitch network, string folder, string engine, int seed, bool stream, bool isSecured, string[] flags)
{
    private const int Clients = 12;
    private const int CallsPerFaultMin = 20;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Number of calls so far, over all kinds of faults.</summary>
    public long Calls { get; private set; }

    /// <summary>Runs one kind of fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="times">How often to inject it.</param>
    /// <returns>False when data was lost, the history is not linearizable, or another check failed.</returns>
    public async Task<bool> RunAsync(IFault fault, int times)
    {
        var clock = Stopwatch.StartNew();
        var reported = Stopwatch.StartNew();
        await using FaultCluster cluster = await FaultCluster.StartAsync(network, Path.Combine(folder, fault.Name), engine, isSecured, flags);
        await using var clients = new RecordingClients(cluster.Nodes.Select(node => new Uri(node.ClientUrl)), cluster.Security, Clients, Pause, stream);
        var scene = new FaultScene(cluster, clients, new Random(seed));
        string? wrong = null;
        int done = 0;
        try
        {
            await clients.WrittenAfterAsync(Stopwatch.GetTimestamp(), FaultScene.Limit);
            for (; done < times; done++)
            {
                if (reported.Elapsed > ReportEvery)
                {
                    Console.WriteLine($"{fault.Name} {engine}: {done} of {times}, {clients.Calls:N0} calls, {clients.Written:N0} writes");
                    reported.Restart();
                }

                await fault.OnceAsync(scene);
                await cluster.AllServeAsync();
                await Task.Delay(scene.Between(0.1, 0.4));
            }

            network.Heal();
            await cluster.AllServeAsync();
            await clients.WrittenAfterAsync(Stopwatch.GetTimestamp(), FaultScene.Limit);
            await clients.StopAsync();
            wrong = await HistoryCheck.RunAsync([.. cluster.Nodes.Select(node => (node.Name, new Uri(node.ClientUrl)))], cluster.Security, clients.History);
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException)
        {
            wrong = failure.Message;
        }

        IReadOnlyList<Operation> history = clients.History;
        Calls += history.Count;
        if (wrong is null && stream && clients.Streams < cluster.Nodes.Count)
        {
            wrong = $"only {clients.Streams} streams of operations were opened";
        }

        if (wrong is null && history.Count < CallsPerFaultMin * times)
        {
            wrong = $"only {history.Count} calls: too few for a meaningful result";
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{fault.Name,-10} {engine,-8} {done,4} times ({string.Join(", ", scene.Variants.Select(variant => $"{variant.Value} {variant.Key}"))}), "
            + $"{history.Count:N0} calls, {history.Count(call => call is { IsRead: false, Outcome: Outcome.Done }):N0} writes and "
            + $"{history.Count(call => call is { IsRead: true, Outcome: Outcome.Done }):N0} reads answered, "
            + $"{history.Count(call => call.Outcome == Outcome.Unknown):N0} open{(stream ? $", {clients.Streams} streams" : "")}, in {clock.Elapsed.TotalSeconds:F0} s{Gaps(scene.Gaps)}: {wrong ?? "nothing lost, linearizable"}"));
        if (wrong is not null)
        {
            Console.WriteLine($"  seed {seed}\n{cluster.Outputs()}");
        }

        return wrong is null;
    }

    private static string Gaps(List<TimeSpan> gaps)
    {
        if (gaps.Count == 0)
        {
            return string.Empty;
        }

        gaps.Sort();
        TimeSpan At(double share) => gaps[(int)Math.Min(gaps.Count - 1, share * gaps.Count)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"; time without writes after a leader was killed ({gaps.Count}): p50 {At(0.5).TotalSeconds:F2} s, p99 {At(0.99).TotalSeconds:F2} s, max {gaps[^1].TotalSeconds:F2} s");
    }
}
