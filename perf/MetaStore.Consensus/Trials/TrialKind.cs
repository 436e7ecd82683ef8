namespace MetaStore.Consensus.Trials;

/// <summary>Which members are restarted after all were killed at once.</summary>
internal enum TrialKind
{
    /// <summary>The two followers; the old leader stays down, as if its machine were lost.</summary>
    Followers,

    /// <summary>All three.</summary>
    All,
}
