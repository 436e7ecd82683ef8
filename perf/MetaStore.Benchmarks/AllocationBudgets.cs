using System.Text.Json;
using MetaStore.Batching.Settings;
using MetaStore.Benchmarks.Batching;
using MetaStore.Benchmarks.Consensus;
using MetaStore.Benchmarks.Log;
using MetaStore.Benchmarks.StateMachine;

namespace MetaStore.Benchmarks;

/// <summary>Allocated bytes per operation of each stage, compared with perf/budgets.json.</summary>
/// <remarks>Times vary on a shared machine; bytes do not. A budget is raised in the commit that needs it, with the reason.</remarks>
internal static class AllocationBudgets
{
    private const int Puts = 20_000;
    private const int Batches = 500;
    private const int Frames = 1024;

    /// <summary>Each stage, its number of operations, and its set-up.</summary>
    internal static readonly (string Name, int Operations, Func<Action> Prepare)[] Stages =
    [
        ("batching.enqueue", Puts, () => new EnqueueBenchmark().Prepared()),
        ("batching.admission", Puts, () => new AdmissionBenchmark().Prepared()),
        ("batching.single", Puts, () => new SinglePutBenchmark().Prepared()),
        .. Modes.Names.Select(mode => ($"batching.put.{mode.Replace(' ', '-')}", Puts, (Func<Action>)(() => new PolicyBenchmark { Policy = mode }.Prepared()))),
        ("batching.batch-of-100", Batches, () => new BatchOfPutsBenchmark().Prepared()),
        ("batching.decode", Puts, () => new BatchCodecBenchmark().Prepared()),
        .. Enum.GetValues<BatchCompression>().Where(kind => kind != BatchCompression.None)
            .Select(kind => ($"batching.compress.{kind.ToString().ToLowerInvariant()}", Batches, (Func<Action>)(() => new CompressionBenchmark { Compression = kind }.Prepared()))),
        ("consensus.entry", Puts, () => new ReplicateBenchmark().Prepared()),
        ("log.frame", Frames, () => new FrameEncodeBenchmark().Prepared()),
        ("statemachine.overwrite", Puts, () => new ApplyBenchmark().Prepared()),
        ("statemachine.get", Puts, () => new RangeBenchmark().Prepared()),
    ];

    /// <summary>Measures every stage, prints a line each, and returns whether all are within their budgets.</summary>
    /// <remarks>A stage without a budget may allocate nothing; a budget without a stage is an error too.</remarks>
    /// <param name="file">The budgets.</param>
    /// <param name="output">Receives the lines.</param>
    /// <param name="only">The one stage to measure; null = all.</param>
    public static bool Check(string file, TextWriter output, string? only = null)
    {
        var budgets = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(file))!;
        var good = true;
        foreach (var (name, operations, prepare) in Stages.Where(stage => only is null || stage.Name == only))
        {
            var bytes = BytesPerOperation(prepare(), operations);
            var budget = budgets.GetValueOrDefault(name, 0);
            good &= bytes <= budget;
            output.WriteLine($"{name,-32} {bytes,7} of {budget,7} bytes per operation{(bytes <= budget ? string.Empty : "  OVER BUDGET")}");
        }

        foreach (var name in budgets.Keys.Except(Stages.Select(stage => stage.Name)))
        {
            output.WriteLine($"{name,-32} has a budget but is not a stage");
            good = false;
        }

        return good;
    }

    private static long BytesPerOperation(Action operation, int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            operation();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < operations; i++)
        {
            operation();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / operations;
    }
}
