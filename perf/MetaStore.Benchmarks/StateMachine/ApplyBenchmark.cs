using BenchmarkDotNet.Attributes;
using MetaStore.Engines.Memory;
using MetaStore.StateMachine;

namespace MetaStore.Benchmarks.StateMachine;

/// <summary>What does it cost to apply a put of 256 B, including its share of a publication per 256?</summary>
[MemoryDiagnoser]
public class ApplyBenchmark
{
    private const int Group = 256;
    private ReplicatedStateMachine? _machine;
    private byte[][] _commands = [];
    private int _next;

    /// <summary>Number of distinct keys: further puts overwrite.</summary>
    [Params(10_000, 1_000_000)]
    public int Keys { get; set; } = 10_000;

    [GlobalSetup]
    public void Setup()
    {
        _machine = new ReplicatedStateMachine(new MemoryEngine());
        _commands = [.. Enumerable.Range(0, Keys).Select(PutProposal.Encoded)];
        for (var i = 0; i < Keys; i++)
        {
            Overwrite();
        }
    }

    [Benchmark]
    public int Overwrite()
    {
        var machine = _machine!;
        if (_next % Group == 0)
        {
            machine.BeginEntry(machine.AppliedIndex + 1, 1);
        }

        machine.Apply(_commands[(int)((uint)_next * 2_654_435_761u % (uint)Keys)]);
        if (++_next % Group == 0)
        {
            machine.EndEntry();
            machine.Publish();
        }

        return _next;
    }

    internal Action Prepared()
    {
        Setup();
        return () => Overwrite();
    }
}
