using MetaStore.Batching.Admission;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Server.Proposals;

/// <summary>Commands that may use the reserved credits, so that an overloaded member can still recover.</summary>
/// <remarks>
/// Lease revokes, compactions and alarms from clients, and everything that the member itself proposes: lease expiries and checkpoints, automatic
/// compaction, alarms, its own addresses, the cluster version. Only few of these are in flight at a time. Membership changes need no credit:
/// they do not pass through the batcher.
/// </remarks>
internal static class EssentialCommands
{
    /// <param name="isOwn">True when the member proposes it, not a client.</param>
    public static AdmissionClass ClassOf<TCommand>(bool isOwn)
        where TCommand : ICommand =>
        isOwn || typeof(TCommand) == typeof(LeaseRevokeCommand) || typeof(TCommand) == typeof(CompactCommand) || typeof(TCommand) == typeof(AlarmCommand)
            ? AdmissionClass.Essential
            : AdmissionClass.Ordinary;
}
