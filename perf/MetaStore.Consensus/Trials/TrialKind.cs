namespace MetaStore.Consensus.Trials;

/// <summary>Who comes back after all members were killed at once.</summary>
internal enum TrialKind
{
    /// <summary>The two followers; the old leader stays down, as if its machine were gone.</summary>
    Followers,

    /// <summary>All three.</summary>
    All,
}
