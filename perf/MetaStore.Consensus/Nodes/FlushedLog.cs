using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace MetaStore.Consensus.Nodes;

/// <summary>DotNext's log with the order that Raft requires: a follower answers an append only when it is on its disk.</summary>
internal sealed class FlushedLog(WriteAheadLog.Options options, IStateMachine machine) : WriteAheadLog(options, machine), IPersistentState
{
    async ValueTask IAuditTrail<IRaftLogEntry>.AppendAsync<TEntry>(
        ILogEntryProducer<TEntry> entries, long startIndex, bool skipCommitted, CancellationToken token)
    {
        var any = entries.RemainingCount > 0;
        await AppendAsync(entries, startIndex, skipCommitted, token);
        if (any)
        {
            await FlushAsync(token);
        }
    }
}
