using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Faults;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Elections;

/// <summary>During a leadership transfer the leader appends nothing and confirms no read, and it transfers only to a target that has its whole log (thesis §3.10).</summary>
internal sealed class HandOverIsQuiet(SimCluster cluster) : Invariant(cluster)
{
    private readonly PerLife<State> _states = new();
    private readonly bool _isWanted = cluster.Swarm.Faults.Contains(FaultKind.Transfer);
    private long _begun;

    /// <summary>Number of the transfer in progress at a node, or 0.</summary>
    public long UnderWay(SimProcess process) =>
        _states.TryGet(process, out State state) && process.IsAlive && process.Core.Status.Transferee == state.Target ? state.Number : 0;

    public override void Turned(SimProcess process)
    {
        if (!_isWanted || (process.Node.Leadership.Role != Role.Leader && !_states.Knows(process)))
        {
            return;
        }

        RaftStatus status = process.Core.Status;
        if (status.Transferee == 0)
        {
            _states.Forget(process);
            return;
        }

        bool goesOn = _states.TryGet(process, out State before) && before.Target == status.Transferee && before.Term == status.Term;
        Require(
            !goesOn || before.LastIndex == status.LastIndex,
            $"leader {process.Machine.Id} appends index {status.LastIndex} while it transfers leadership to {status.Transferee}");
        _states.Set(process, new State(goesOn ? before.Number : ++_begun, status.Transferee, status.Term, status.LastIndex));
    }

    public override void Sends(SimProcess process, Message message)
    {
        if (message.Type != MessageType.TimeoutNow)
        {
            return;
        }

        SimMachine target = Cluster.Machine(message.To);
        DurableState? disk = target.Process?.Durable ?? target.Promised;
        Require(
            disk is not null && disk.Holds(message.Index, message.LogTerm),
            $"leader {process.Machine.Id} transfers leadership to {message.To}, which does not have index {message.Index} of term {message.LogTerm}");
    }

    private readonly record struct State(long Number, ulong Target, ulong Term, ulong LastIndex);
}
