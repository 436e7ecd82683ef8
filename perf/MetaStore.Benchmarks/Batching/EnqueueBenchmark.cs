using BenchmarkDotNet.Attributes;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>What does it cost to enqueue one proposal into a batch of 256, including its share of the flush?</summary>
[MemoryDiagnoser]
public class EnqueueBenchmark : IProposalWaiter, IDisposable
{
    private readonly PutCommand _command = PutProposal.Command(1);
    private ProposalBatcher? _batcher;

    [GlobalSetup]
    public void Setup() => _batcher = new ProposalBatcher(
        1, new BatchSettings { Policy = BatchPolicyKind.Fixed, Fixed = new() { BatchSize = 256 }, FlushWhenIdle = false }, TryPropose, TimeProvider.System);

    [Benchmark(Baseline = true)]
    public ProposalAdmissionResult Enqueue() => _batcher!.Enqueue(_command, this);

    private bool TryPropose(ProposalBatch batch)
    {
        _batcher!.Pending.TryTake(batch.MemberId, batch.FirstId, out _);
        _batcher.OnBatchDone(batch);
        return true;
    }

    void IProposalWaiter.Fail(ProposalFailure reason) => throw new InvalidOperationException($"dropped: {reason}");

    [GlobalCleanup]
    public void Dispose()
    {
        _batcher?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Action Prepared()
    {
        Setup();
        return () => Enqueue();
    }
}
