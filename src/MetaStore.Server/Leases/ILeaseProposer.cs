namespace MetaStore.Server.Leases;

/// <summary>Cluster operations that <see cref="LeaseExpirer"/> needs.</summary>
internal interface ILeaseProposer
{
    /// <summary>The term in which this member leads as far as it knows; 0 when it does not.</summary>
    ulong LeadingTerm { get; }

    /// <summary>Confirms with a quorum that this member still leads in <paramref name="term"/>.</summary>
    ValueTask<bool> ConfirmAsync(ulong term);

    /// <summary>Revokes a lease through the log, only if the entry is appended in <paramref name="term"/>.</summary>
    /// <returns>True when it was removed.</returns>
    ValueTask<bool> ExpireAsync(long id, ulong term);
}
