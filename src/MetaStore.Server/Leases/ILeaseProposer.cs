namespace MetaStore.Server.Leases;

/// <summary>What a <see cref="LeaseExpirer"/> needs of the cluster.</summary>
internal interface ILeaseProposer
{
    /// <summary>The term this member leads in as far as it knows; 0 when it does not lead.</summary>
    ulong LeadingTerm { get; }

    /// <summary>Asks a quorum whether this member still leads in <paramref name="term"/>.</summary>
    ValueTask<bool> ConfirmAsync(ulong term);

    /// <summary>Has a lease removed through the log if the entry gets into it in <paramref name="term"/>.</summary>
    /// <returns>True when it was removed.</returns>
    ValueTask<bool> ExpireAsync(long id, ulong term);
}
