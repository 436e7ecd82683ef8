using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases;

/// <summary>Cluster operations that <see cref="LeaseCheckpointer"/> needs.</summary>
internal interface ILeaseRecorder
{
    /// <summary>The term in which this member leads as far as it knows; 0 when it does not.</summary>
    ulong LeadingTerm { get; }

    /// <summary>Records remaining times through the log, only if the entry is appended in <paramref name="term"/>.</summary>
    /// <returns>True when the entry was applied in that term.</returns>
    ValueTask<bool> RecordAsync(IReadOnlyList<LeaseCheckpoint> checkpoints, ulong term);
}
