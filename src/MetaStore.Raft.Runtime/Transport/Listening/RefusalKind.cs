namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Why a listener closed a peer connection, for the metric.</summary>
internal enum RefusalKind : byte
{
    /// <summary>It is no peer connection, or of another version.</summary>
    Protocol,

    /// <summary>The handshake was not complete in time, or was given up for newer ones.</summary>
    Handshake,

    /// <summary>Another cluster's member.</summary>
    Cluster,

    /// <summary>It wants another member, or claims to be this one.</summary>
    Node,

    /// <summary>Its id is of no member.</summary>
    Unknown,

    /// <summary>Its id is of a member that was removed.</summary>
    Removed,

    /// <summary>The member in whose name it came says that it did not dial.</summary>
    NotDialled,

    /// <summary>A live connection has the place.</summary>
    Busy,

    /// <summary>Too many connections of one address in a second.</summary>
    Rate,

    /// <summary>A frame or message after the handshake is not as it must be.</summary>
    Frame,

    /// <summary>A snapshot that was not taken.</summary>
    Snapshot,
}
