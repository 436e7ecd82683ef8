using System.Buffers;
using System.Buffers.Binary;
using MetaStore.Consensus.Load;

namespace MetaStore.Consensus.Nodes;

/// <summary>The state machine of all systems: which ids came out of the log. Keeps the ids in a file, which the program that started the process reads.</summary>
internal sealed class AppliedEntries(IdFile ids)
{
    /// <summary>Bytes an entry has at least: its id.</summary>
    public const int IdBytes = sizeof(long);

    /// <summary>Applies a committed entry. One caller at a time.</summary>
    /// <returns>Its id; -1 for an entry that was not proposed here, as a new leader's empty one.</returns>
    public long Apply(in ReadOnlySequence<byte> entry)
    {
        if (entry.Length < IdBytes)
        {
            return -1;
        }

        Span<byte> bytes = stackalloc byte[IdBytes];
        entry.Slice(0, IdBytes).CopyTo(bytes);
        var id = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        ids.Add(id);
        return id;
    }
}
