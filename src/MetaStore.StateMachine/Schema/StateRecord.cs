using System.Buffers.Binary;
using MetaStore.Engines;

namespace MetaStore.StateMachine.Schema;

/// <summary>The numbers that must always match the data: written in the same engine batch, every time.</summary>
/// <param name="AppliedIndex">Last log entry whose effects are in the engine.</param>
/// <param name="AppliedTerm">Its term.</param>
/// <param name="Revision">Store revision; explicit, because compaction may remove the newest record.</param>
/// <param name="Compacted">Lowest readable revision; -1 before the first compaction.</param>
/// <param name="HasUsers">
/// Users, roles or the switch were ever changed. A release without users refuses such a record: it would answer everyone from a state that only
/// users may read.
/// </param>
internal readonly record struct StateRecord(ulong AppliedIndex, ulong AppliedTerm, long Revision, long Compacted, bool HasUsers = false)
{
    private const byte Format = 1;
    private const byte FormatWithUsers = 2;
    private const int Size = 33;

    /// <summary>An empty store.</summary>
    public static StateRecord Initial { get; } = new(0, 0, 1, -1);

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        bytes[0] = HasUsers ? FormatWithUsers : Format;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(1), AppliedIndex);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(9), AppliedTerm);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), Revision);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(25), Compacted);
        return bytes;
    }

    public static StateRecord Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || bytes[0] is not (Format or FormatWithUsers))
        {
            throw new EngineException($"The state record has {bytes.Length} bytes or an unknown format.");
        }

        return new StateRecord(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[17..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[25..]),
            bytes[0] == FormatWithUsers);
    }
}
