namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Why a listener closed a peer connection, for the metric.</summary>
internal enum RefusalKind : byte
{
    /// <summary>Not a peer connection, or of another version.</summary>
    Protocol,

    /// <summary>The handshake was not complete in time, or was aborted in favour of newer ones.</summary>
    Handshake,

    /// <summary>Another cluster's member.</summary>
    Cluster,

    /// <summary>It wants another member, or claims to be this one.</summary>
    Node,

    /// <summary>Its id belongs to no member.</summary>
    Unknown,

    /// <summary>Its id belongs to a removed member.</summary>
    Removed,

    /// <summary>The member in whose name it came says that it did not dial.</summary>
    NotDialled,

    /// <summary>A live connection holds the place.</summary>
    Busy,

    /// <summary>Too many connections of one address in a second.</summary>
    Rate,

    /// <summary>An invalid frame or message after the handshake.</summary>
    Frame,

    /// <summary>A snapshot that was refused.</summary>
    Snapshot,

    /// <summary>A TLS handshake that failed, a certificate that was refused, or no TLS where there must be.</summary>
    Tls,

    /// <summary>It did not prove that it has the peer secret.</summary>
    Proof,
}
