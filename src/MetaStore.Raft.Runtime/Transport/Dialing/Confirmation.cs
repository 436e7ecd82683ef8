namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>What a member says to a connection that came in its name.</summary>
internal enum Confirmation : byte
{
    /// <summary>It cannot be asked: it is away, not to be reached from here, or of a version that does not know the question.</summary>
    NoAnswer,

    /// <summary>It is its own.</summary>
    Confirmed,

    /// <summary>It is not.</summary>
    Denied,

    /// <summary>Too many such connections wait for an answer.</summary>
    TooMany,
}
