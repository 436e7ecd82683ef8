namespace MetaStore.Robustness.HostilePeer;

/// <summary>The identity that a hostile connection uses.</summary>
internal enum Sender
{
    /// <summary>In the name of one of the real members.</summary>
    Impostor,

    /// <summary>As a member of its own, a learner, whose messages get as far as the core.</summary>
    Learner,

    /// <summary>With an id that no member has.</summary>
    Unknown,
}
