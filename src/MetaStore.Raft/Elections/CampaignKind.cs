namespace MetaStore.Raft.Elections;

/// <summary>Why and how a node starts an election.</summary>
internal enum CampaignKind : byte
{
    /// <summary>Pre-vote: asks whether a real election would succeed.</summary>
    Pre,

    /// <summary>Asks for real votes.</summary>
    Real,

    /// <summary>Asks for real votes at the leader's request (transfer), so that voters ignore their leader stickiness.</summary>
    Transfer,
}
