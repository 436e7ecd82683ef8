using BenchmarkDotNet.Attributes;
using MetaStore.Batching;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>1,000 puts as 1,000 log entries against the same in batches: batched, encoded and written as one frame of the log, without the disk.</summary>
/// <remarks>Both share the frame, as both share the sync in a server: the difference is the cost of an entry, not of a sync.</remarks>
[MemoryDiagnoser]
public class BatchAgainstSingleBenchmark : IProposalWaiter, IDisposable
{
    private const int Puts = 1000;

    private readonly string _directory = Directory.CreateTempSubdirectory("metamicro-").FullName;
    private readonly PutCommand _command = PutProposal.Command(1);
    private readonly List<ProposalBatch> _batches = new(Puts);
    private ProposalBatcher? _batcher;
    private WalWriter? _journal;
    private ulong _index;

    [Params(1, 10, 100, 1000)]
    public int PutsPerEntry { get; set; } = 100;

    [GlobalSetup]
    public void Setup()
    {
        _journal = WalWriter.Open(new WalOptions { Directory = _directory, ClusterId = 1, NodeId = 1, UnsafeNoSync = true }, out _);
        _batcher = new ProposalBatcher(1, Modes.Fixed(PutsPerEntry), TryPropose, TimeProvider.System);
    }

    [Benchmark(OperationsPerInvoke = Puts)]
    public long Persist()
    {
        for (var i = 0; i < Puts; i++)
        {
            _batcher!.Enqueue(_command, this);
        }

        _journal!.Persist([new WalAppend { Entries = [.. _batches.Select(batch => new Entry(1, ++_index, EntryType.Normal, batch.Data))], MustSync = true }]);
        foreach (var batch in _batches)
        {
            _batcher!.Pending.TryTake(batch.MemberId, batch.FirstId, out _);
            _batcher.OnBatchDone(batch);
        }

        _batches.Clear();
        _journal.Persist([new WalAppend { Marker = new SnapshotMetadata(_index, 1, ConfState.Of(1)), MustSync = true }]);
        _journal.TruncatePrefix(_index);
        return _journal.BytesWritten;
    }

    private bool TryPropose(ProposalBatch batch)
    {
        _batches.Add(batch);
        return true;
    }

    void IProposalWaiter.Fail(ProposalFailure reason) => throw new InvalidOperationException($"dropped: {reason}");

    [GlobalCleanup]
    public void Dispose()
    {
        _batcher?.Dispose();
        _journal?.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal Action Prepared()
    {
        Setup();
        return () => Persist();
    }
}
