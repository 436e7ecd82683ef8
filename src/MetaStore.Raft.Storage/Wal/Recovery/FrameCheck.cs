namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Result of reading at the offset where a frame is expected.</summary>
internal enum FrameCheck
{
    /// <summary>The next frame, complete.</summary>
    Valid = 0,

    /// <summary>No header was written here since the segment is in use: this is the end, or the frame's first sector is missing.</summary>
    Nothing = 1,

    /// <summary>The file ends before a header could be read.</summary>
    FileEnd = 2,

    /// <summary>Not zero and not a header.</summary>
    BadHeader = 3,

    /// <summary>A valid header that does not continue this chain (nonce, sequence, previous hash) or exceeds a limit.</summary>
    NotInChain = 4,

    /// <summary>The next frame's header, but the records or the chain hash after it are wrong or missing.</summary>
    BadBody = 5,
}
