using MetaStore.Batching.Admission;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Server.Proposals;

/// <summary>Which commands may take the credits in reserve, so that an overloaded member can still be brought back to health.</summary>
/// <remarks>
/// Revokes of leases, compactions and alarms of clients, and everything that the member proposes itself: expiries, checkpoints of leases, automatic
/// compaction, alarms, its own addresses, the cluster version. Of those few are under way at once. Changes of membership need no credit: they do not pass
/// the batcher.
/// </remarks>
internal static class EssentialCommands
{
    /// <param name="isOwn">The member proposes it, not a client.</param>
    public static AdmissionClass ClassOf<TCommand>(bool isOwn)
        where TCommand : ICommand =>
        isOwn || typeof(TCommand) == typeof(LeaseRevokeCommand) || typeof(TCommand) == typeof(CompactCommand) || typeof(TCommand) == typeof(AlarmCommand)
            ? AdmissionClass.Essential
            : AdmissionClass.Ordinary;
}
