namespace MetaStore.Server.Leases.Expiry;

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
    /// <returns>What is known of it.</returns>
    ValueTask<ExpiryOutcome> ExpireAsync(ExpiredLease lease, ulong term);
}
