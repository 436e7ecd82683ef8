using BenchmarkDotNet.Attributes;
using MetaStore.Batching.Entries;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Benchmarks.Log;

/// <summary>What does it cost to write a batch of 256 puts into the log, including checksums, without the disk?</summary>
[MemoryDiagnoser]
public class FrameEncodeBenchmark : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("metamicro-").FullName;
    private readonly WalAppend[] _group = new WalAppend[1];
    private ReadOnlyMemory<byte> _data;
    private WalWriter? _journal;
    private ulong _index;

    [GlobalSetup]
    public void Setup()
    {
        var commands = Enumerable.Range(0, 256).Select(number => (ReadOnlyMemory<byte>)PutProposal.Encoded(number)).ToArray();
        _data = BatchCodec.Encode(memberId: 1, firstId: 1, commands);
        _journal = WalWriter.Open(new WalOptions { Directory = _directory, ClusterId = 1, NodeId = 1, UnsafeNoSync = true }, out _);
    }

    [Benchmark]
    public long Persist()
    {
        _index++;
        _group[0] = new WalAppend { Entries = [new Entry(1, _index, EntryType.Normal, _data)], MustSync = true };
        _journal!.Persist(_group);
        if (_index % 512 == 0)
        {
            _group[0] = new WalAppend { Marker = new SnapshotMetadata(_index, 1, ConfState.Of(1)), MustSync = true };
            _journal.Persist(_group);
            _journal.TruncatePrefix(_index);
        }

        return _journal.BytesWritten;
    }

    [GlobalCleanup]
    public void Dispose()
    {
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
