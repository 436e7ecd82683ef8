namespace MetaStore.Raft.Messages;

/// <summary>What the data of an <see cref="Entry"/> is.</summary>
public enum EntryType : byte
{
    /// <summary>A proposal or a batch of proposals; opaque to the core. Empty data is a new leader's no-op.</summary>
    Normal = 0,

    /// <summary>An encoded <see cref="ConfChange"/>.</summary>
    ConfChange = 1,
}

/// <summary>One record of the replicated log.</summary>
/// <param name="Term">Term in which the entry was made; never 0 for a real entry.</param>
/// <param name="Index">Position in the log, starting at 1, without gaps.</param>
/// <param name="Type">How <paramref name="Data"/> is to be read.</param>
/// <param name="Data">
/// The payload. Shared, never copied and never written again after the entry is made: the same memory goes to the WAL, to every
/// peer and to the apply loop.
/// </param>
/// <remarks>Source: Raft thesis, Fig. 3.1 "log entries".</remarks>
public readonly record struct Entry(ulong Term, ulong Index, EntryType Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes an entry is charged for in flow control and limits: payload plus a fixed share for its framing.</summary>
    public int Size => Data.Length + 32;
}
