namespace MetaStore.Robustness.HostilePeer;

/// <summary>The identity that a hostile connection uses.</summary>
internal enum Sender
{
    /// <summary>The identity of a real member.</summary>
    Impostor,

    /// <summary>The identity of a learner, whose messages reach the core.</summary>
    Learner,

    /// <summary>An id that no member has.</summary>
    Unknown,
}
