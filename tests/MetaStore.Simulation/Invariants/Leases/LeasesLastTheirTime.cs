using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Invariants.Leases;

/// <summary>No lease expires before its TTL has passed since the grant and since the call of any successful renewal.</summary>
/// <remarks>A node with a fast clock may count down that much faster, and no more. Source: reliability specification, section 13.</remarks>
internal sealed class LeasesLastTheirTime(SimCluster cluster) : Invariant(cluster)
{
    private ulong _looked;

    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        while (_looked < Cluster.Committed.LastIndex)
        {
            Look(Cluster.Committed[++_looked]);
        }
    }

    /// <summary>A renewal succeeded.</summary>
    public void Renewed(LeaseTimeline.Life life, long call)
    {
        life.Renewed = Math.Max(life.Renewed, call);
        Judge(life);
    }

    private void Look(in Entry entry)
    {
        if (entry.Type != EntryType.Normal || entry.Data.IsEmpty)
        {
            return;
        }

        foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(entry.Data))
        {
            ICommand? change = (CommandKind)command.Span[0] switch
            {
                CommandKind.LeaseGrant or CommandKind.LeaseRevoke or CommandKind.LeaseExpire => ReplayedLog.Decode(command),
                CommandKind.LeaseCheckpoint => LeaseCheckpointCommand.Decode(command),
                _ => null,
            };
            if (change is not null && Cluster.Leases.Add(change, entry.Term, Cluster.Kernel.Now) is { } ended)
            {
                Cluster.Statistics.Expiries += ended.Expired ? 1 : 0;
                Judge(ended);
            }
        }
    }

    private void Judge(LeaseTimeline.Life life)
    {
        if (life is { Expired: true, Gone: < long.MaxValue })
        {
            long shortest = (long)(TimeSpan.FromSeconds(life.Ttl).Ticks / (1 + Cluster.Swarm.Drift));
            Require(life.Gone >= Math.Max(life.Granted, life.Renewed) + shortest, $"expired early: {life}");
        }
    }
}
