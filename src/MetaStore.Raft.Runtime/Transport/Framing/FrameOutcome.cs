namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Result of <see cref="FrameReader"/>.</summary>
internal enum FrameOutcome : byte
{
    /// <summary>A whole frame with the right checksum.</summary>
    Frame,

    /// <summary>The peer closed the connection between two frames.</summary>
    Closed,

    /// <summary>The peer closed the connection inside a frame.</summary>
    Truncated,

    /// <summary>The frame claims more bytes than are allowed.</summary>
    Oversized,

    /// <summary>The checksum is wrong.</summary>
    Damaged,
}
