using BenchmarkDotNet.Attributes;
using MetaStore.Batching;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does a put of 256 bytes cost in the batcher alone under each policy, including its share of the batch?</summary>
/// <remarks>Two batches are in flight at any time, as under load. Nothing waits: commands are enqueued as fast as possible.</remarks>
[MemoryDiagnoser]
public class PolicyBenchmark : IDisposable
{
    private const int Puts = 10_000;
    private const int InFlight = 2;

    private readonly PutCommand _command = PutProposal.Command(1);
    private ProposalBatcher? _batcher;
    private ApplyingSink? _sink;

    [ParamsSource(nameof(Policies))]
    public string Policy { get; set; } = "dynamic";

    public static IEnumerable<string> Policies => Modes.Names;

    [GlobalSetup]
    public void Setup() => (_batcher, _sink) = ApplyingSink.Create(Modes.Settings(Policy), InFlight);

    [Benchmark(OperationsPerInvoke = Puts)]
    public long Enqueue()
    {
        for (var i = 0; i < Puts; i++)
        {
            _batcher!.Enqueue(_command, _sink!);
        }

        return _sink!.Applied;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _batcher?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Action Prepared()
    {
        Setup();
        return () => _batcher!.Enqueue(_command, _sink!);
    }
}
