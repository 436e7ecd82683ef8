namespace MetaStore.Batching.Entries;

/// <summary>The error in a log entry's data.</summary>
public enum BatchFormatFault : byte
{
    /// <summary>The first byte is neither that of a proposal nor of a batch.</summary>
    UnknownKind = 0,

    /// <summary>Written by a newer version.</summary>
    UnknownVersion = 1,

    /// <summary>Ends too early.</summary>
    Truncated = 2,

    /// <summary>An impossible length or count.</summary>
    Overflow = 3,

    /// <summary>Bytes after the last proposal.</summary>
    TrailingBytes = 4,

    /// <summary>A compression that this version does not support.</summary>
    UnknownCompression = 5,

    /// <summary>The compressed payload does not unpack to the size in its header.</summary>
    CorruptPayload = 6,

    /// <summary>The unpacked size exceeds <see cref="BatchCodec.UnpackedBytesMax"/>.</summary>
    TooLarge = 7,
}

/// <summary>A committed entry that cannot be decoded. The node must stop: skipping it would make replicas diverge.</summary>
public sealed class BatchFormatException(BatchFormatFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The error.</summary>
    public BatchFormatFault Fault { get; } = fault;
}
