using BenchmarkDotNet.Attributes;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does a single put cost in batcher and codec, from the command to its decoded entry, by the size of its value?</summary>
[MemoryDiagnoser]
public class SinglePutBenchmark : IDisposable
{
    private PutCommand _command;
    private ProposalBatcher? _batcher;
    private ApplyingSink? _sink;

    [Params(64, 256, 1024, 4096, 16384, 65536)]
    public int ValueBytes { get; set; } = PutProposal.ValueBytes;

    [GlobalSetup]
    public void Setup()
    {
        _command = PutProposal.Command(1, ValueBytes);
        (_batcher, _sink) = ApplyingSink.Create(Modes.Settings("off"));
    }

    [Benchmark]
    public ProposalAdmissionResult Put() => _batcher!.Enqueue(_command, _sink!);

    [GlobalCleanup]
    public void Dispose()
    {
        _batcher?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Action Prepared()
    {
        Setup();
        return () => Put();
    }
}
