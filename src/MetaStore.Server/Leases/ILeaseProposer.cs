namespace MetaStore.Server.Leases;

/// <summary>Cluster operations that <see cref="LeaseExpirer"/> needs.</summary>
internal interface ILeaseProposer : ILeaseRecorder
{
    /// <summary>Whether every member reads the epoch of an expiry. One that does not would stop at the entry.</summary>
    bool ComparesEpochs { get; }

    /// <summary>Confirms with a quorum that this member still leads in <paramref name="term"/>.</summary>
    ValueTask<bool> ConfirmAsync(ulong term);

    /// <summary>Revokes a lease through the log, only if the entry is appended in <paramref name="term"/> and the lease is the same then.</summary>
    /// <param name="lease">With epoch 0 any lease of that id is removed.</param>
    /// <param name="term">The term of the decision.</param>
    /// <returns>True when it was removed.</returns>
    ValueTask<bool> ExpireAsync(ExpiredLease lease, ulong term);
}
/// <summary>A lease that ran out.</summary>
/// <param name="Id">The lease.</param>
/// <param name="Epoch">Its epoch. A later lease of the same id begins at 0.</param>
internal readonly record struct ExpiredLease(long Id, ulong Epoch);
