namespace MetaStore.Server.Leases.Expiry;

/// <summary>What became of the proposal to remove an expired lease.</summary>
internal enum ExpiryOutcome
{
    /// <summary>It may be in the log and may still be applied, or had no effect: it is proposed again after 3 seconds.</summary>
    Unknown,

    /// <summary>The lease was removed.</summary>
    Removed,

    /// <summary>This member is overloaded and proposed nothing: the next pass proposes it.</summary>
    NotProposed,
}
