namespace MetaStore.Batching.Entries;

/// <summary>What is wrong with a log entry's data.</summary>
public enum BatchFormatFault : byte
{
    /// <summary>The first byte names neither a proposal nor a batch.</summary>
    UnknownKind = 0,

    /// <summary>Written by a newer version.</summary>
    UnknownVersion = 1,

    /// <summary>Ends in the middle of something.</summary>
    Truncated = 2,

    /// <summary>A length or a count that cannot be.</summary>
    Overflow = 3,

    /// <summary>Bytes behind the last proposal.</summary>
    TrailingBytes = 4,

    /// <summary>A compression this version does not know.</summary>
    UnknownCompression = 5,

    /// <summary>The compressed payload does not unpack to what its header says.</summary>
    CorruptPayload = 6,

    /// <summary>The payload claims to unpack to more than <see cref="BatchCodec.UnpackedBytesMax"/>.</summary>
    TooLarge = 7,
}

/// <summary>A committed entry that cannot be read. The node must stop: skipping it would let replicas part.</summary>
public sealed class BatchFormatException(BatchFormatFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public BatchFormatFault Fault { get; } = fault;
}
