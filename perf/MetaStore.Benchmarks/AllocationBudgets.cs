using System.Text.Json;
using MetaStore.Benchmarks.Batching;
using MetaStore.Benchmarks.Consensus;
using MetaStore.Benchmarks.Log;
using MetaStore.Benchmarks.StateMachine;

namespace MetaStore.Benchmarks;

/// <summary>Bytes allocated per operation of each stage, compared with what perf/budgets.json allows.</summary>
/// <remarks>Time is noise on a shared machine; bytes are not. A budget is raised in the commit that needs it, with the reason.</remarks>
internal static class AllocationBudgets
{
    private const int Operations = 20_000;

    private static readonly (string Name, Func<Action> Prepare)[] Stages =
    [
        ("batching.enqueue", () => new EnqueueBenchmark().Prepared()),
        ("batching.admission", () => new AdmissionBenchmark().Prepared()),
        ("batching.decode", () => new ProposalCodecBenchmark().Prepared()),
        ("consensus.entry", () => new ReplicateBenchmark().Prepared()),
        ("log.frame", () => new FrameEncodeBenchmark().Prepared()),
        ("statemachine.overwrite", () => new ApplyBenchmark().Prepared()),
        ("statemachine.get", () => new RangeBenchmark().Prepared()),
    ];

    /// <summary>Measures every stage, prints a line each, and tells whether all are within their budgets.</summary>
    public static bool Check(string file, TextWriter output)
    {
        var budgets = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(file))!;
        var good = true;
        foreach (var (name, prepare) in Stages)
        {
            var bytes = BytesPerOperation(prepare());
            var budget = budgets.GetValueOrDefault(name, 0);
            good &= bytes <= budget;
            output.WriteLine($"{name,-26} {bytes,7} of {budget,7} bytes per operation{(bytes <= budget ? string.Empty : "  OVER BUDGET")}");
        }

        return good;
    }

    private static long BytesPerOperation(Action operation)
    {
        for (var i = 0; i < Operations; i++)
        {
            operation();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Operations; i++)
        {
            operation();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Operations;
    }
}
