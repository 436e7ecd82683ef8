namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>A member's answer about a connection in its name.</summary>
internal enum Confirmation : byte
{
    /// <summary>No answer: it is down, not reachable from here, or of a version without this request.</summary>
    NoAnswer,

    /// <summary>It is its own.</summary>
    Confirmed,

    /// <summary>It is not.</summary>
    Denied,

    /// <summary>Too many such connections wait for an answer.</summary>
    TooMany,
}
