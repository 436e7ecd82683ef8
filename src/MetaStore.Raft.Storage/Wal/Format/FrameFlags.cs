namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>What a frame holds, low eight bits of its flags word.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>Has a HardState record.</summary>
    HardState = 1,

    /// <summary>Has a snapshot marker.</summary>
    Marker = 2,

    /// <summary>Closes the segment.</summary>
    Seal = 4,

    /// <summary>Written only to confirm that the frame before it was durable.</summary>
    Proof = 8,
}
