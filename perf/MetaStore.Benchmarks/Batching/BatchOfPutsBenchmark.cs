using BenchmarkDotNet.Attributes;
using MetaStore.Batching;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does a batch of 10, 100 or 1,000 puts cost in batcher and codec, from the commands to the decoded entry? Per batch.</summary>
[MemoryDiagnoser]
public class BatchOfPutsBenchmark : IDisposable
{
    private PutCommand _command;
    private ProposalBatcher? _batcher;
    private ApplyingSink? _sink;

    [Params(10, 100, 1000)]
    public int Puts { get; set; } = 100;

    [Params(64, 1024, 10240)]
    public int ValueBytes { get; set; } = PutProposal.ValueBytes;

    [GlobalSetup]
    public void Setup()
    {
        _command = PutProposal.Command(1, ValueBytes);
        (_batcher, _sink) = ApplyingSink.Create(Modes.Fixed(Puts));
    }

    [Benchmark]
    public long Batch()
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
        return () => Batch();
    }
}
