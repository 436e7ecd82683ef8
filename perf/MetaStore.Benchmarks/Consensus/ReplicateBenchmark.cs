using BenchmarkDotNet.Attributes;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Benchmarks.Consensus;

/// <summary>What does one entry cost a leader of three: propose, persist, two acknowledgements, commit, apply?</summary>
[MemoryDiagnoser]
public class ReplicateBenchmark
{
    private readonly byte[] _data = new byte[300];
    private MemoryLog? _log;
    private RaftCore? _core;

    [GlobalSetup]
    public void Setup()
    {
        _log = new MemoryLog(SnapshotMetadata.Empty with { ConfState = ConfState.Of(1, 2, 3) }, []);
        _core = new RaftCore(new RaftConfig { NodeId = 1, Jitter = _ => 0, PreVote = false }, _log, default, ConfState.Of(1, 2, 3), applied: 0);
        _core.Campaign();
        Work();
        _core.Step(new Message { Type = MessageType.RequestVoteResponse, From = 2, To = 1, Term = _core.Status.Term });
        Work();
    }

    [Benchmark]
    public ulong Replicate()
    {
        _core!.Propose(_data);
        Work();
        if (_log!.LastIndex % 4096 == 0)
        {
            _log.CompactTo(_log.LastIndex - 10);
        }

        return _core.Status.Commit;
    }

    internal Action Prepared()
    {
        Setup();
        return () => Replicate();
    }

    /// <summary>Does the work of the runtime immediately, and responds for both followers.</summary>
    private void Work()
    {
        while (_core!.HasReady)
        {
            var ready = _core.TakeReady();
            if (ready.Entries.Count > 0)
            {
                _log!.Append(ready.Entries);
                var last = ready.Entries[^1];
                _core.Persisted(last.Index, last.Term);
            }

            foreach (var message in ready.MessagesAfterPersist.Where(message => message.To == 1))
            {
                _core.Step(message);
            }

            for (var i = 0; i < ready.Messages.Count; i++)
            {
                if (ready.Messages[i] is { Type: MessageType.AppendEntries } append)
                {
                    var index = append.Index + (ulong)append.Entries.Count;
                    _core.Step(new Message { Type = MessageType.AppendEntriesResponse, From = append.To, To = 1, Term = append.Term, Index = index });
                }
            }

            if (ready.CommittedEntries.Count > 0)
            {
                _core.AppliedTo(ready.CommittedEntries[^1].Index);
            }
        }
    }
}
