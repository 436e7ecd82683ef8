using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases;

/// <summary>What a <see cref="LeaseCheckpointer"/> needs of the cluster.</summary>
internal interface ILeaseRecorder
{
    /// <summary>The term this member leads in as far as it knows; 0 when it does not lead.</summary>
    ulong LeadingTerm { get; }

    /// <summary>Has remaining times recorded through the log if the entry gets into it in <paramref name="term"/>.</summary>
    /// <returns>True when the entry was applied in that term.</returns>
    ValueTask<bool> RecordAsync(IReadOnlyList<LeaseCheckpoint> checkpoints, ulong term);
}
