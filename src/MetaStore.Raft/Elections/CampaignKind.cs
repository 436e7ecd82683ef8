namespace MetaStore.Raft.Elections;

/// <summary>Why and how a node asks for leadership.</summary>
internal enum CampaignKind : byte
{
    /// <summary>Asks first whether it would win.</summary>
    Pre,

    /// <summary>Asks for real votes.</summary>
    Real,

    /// <summary>Asks for real votes on the present leader's word, so that voters need not wait for its silence.</summary>
    Transfer,
}
