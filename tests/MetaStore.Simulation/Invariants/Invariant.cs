using System.Runtime.CompilerServices;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>A condition that must always hold. Observes events and throws on a violation; changes nothing.</summary>
internal abstract class Invariant(SimCluster cluster)
{
    protected SimCluster Cluster { get; } = cluster;

    /// <summary>A node recovered this from its disk.</summary>
    public virtual void Recovers(SimMachine machine, WalRecovery recovery)
    {
    }

    /// <summary>A node is about to send a message.</summary>
    public virtual void Sends(SimProcess process, Message message)
    {
    }

    /// <summary>A node's log reports an append as durable.</summary>
    public virtual void Completes(SimProcess process, WalAppend append)
    {
    }

    /// <summary>A node passes committed entries to its state machine.</summary>
    public virtual void Commits(SimProcess process, CommittedBatch batch)
    {
    }

    /// <summary>A node is about to replace its state by a snapshot.</summary>
    public virtual void Installs(SimProcess process, SnapshotMetadata snapshot)
    {
    }

    /// <summary>A node's leader or role changed.</summary>
    public virtual void Leads(SimProcess process, SoftState soft, ulong term)
    {
    }

    /// <summary>A node's raft thread finished an iteration.</summary>
    public virtual void Turned(SimProcess process)
    {
    }

    /// <summary>A node's apply thread finished an iteration; everything applied is published.</summary>
    public virtual void Applied(SimProcess process)
    {
    }

    /// <summary>A process ended itself, or lost power during an operation.</summary>
    public virtual void Ends(SimProcess process)
    {
    }

    /// <summary>The faults are over and all nodes have converged.</summary>
    public virtual void AtEnd()
    {
    }

    /// <summary>Ends the run unless the condition holds. The text is built only then.</summary>
    protected void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ViolationText detail)
    {
        if (!holds)
        {
            throw new ViolationException(GetType().Name, detail.ToString());
        }
    }

    protected void Require(bool holds, string detail)
    {
        if (!holds)
        {
            throw new ViolationException(GetType().Name, detail);
        }
    }
}
