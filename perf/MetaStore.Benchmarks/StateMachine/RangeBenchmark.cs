using BenchmarkDotNet.Attributes;
using MetaStore.Engines.Memory;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Benchmarks.StateMachine;

/// <summary>What do reads cost: one key, a page of 500, a count over everything?</summary>
[MemoryDiagnoser]
public class RangeBenchmark
{
    private const int Keys = 100_000;
    private static readonly byte[] Everything = [0];
    private readonly byte[] _key = PutProposal.Key(Keys / 2);
    private ReplicatedStateMachine? _machine;

    [GlobalSetup]
    public void Setup()
    {
        _machine = new ReplicatedStateMachine(new MemoryEngine());
        _machine.BeginEntry(1, 1);
        for (var i = 0; i < Keys; i++)
        {
            _machine.Apply(PutProposal.Encoded(i));
        }

        _machine.EndEntry();
        _machine.Publish();
    }

    [Benchmark(Baseline = true)]
    public long Get() => Run(new RangeQuery { Key = _key });

    [Benchmark]
    public long Page() => Run(new RangeQuery { Key = Everything, RangeEnd = Everything, Limit = 500 });

    [Benchmark]
    public long CountAll() => Run(new RangeQuery { Key = Everything, RangeEnd = Everything, CountOnly = true });

    internal Action Prepared()
    {
        Setup();
        return () => Get();
    }

    private long Run(in RangeQuery query)
    {
        using var txn = _machine!.Reader.OpenRead();
        return txn.Range(query).Count;
    }
}
