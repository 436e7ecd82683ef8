using System.Buffers.Binary;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>A configuration as bytes: four times (u16 count, u64 each), then one byte for AutoLeave. Shared by log and snapshots.</summary>
internal static class ConfStateCodec
{
    internal static int Size(ConfState state) =>
        9 + (8 * (state.Voters.Length + state.Learners.Length + state.VotersOutgoing.Length + state.LearnersNext.Length));

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    internal static void Write(ConfState state, Span<byte> target)
    {
        foreach (var group in (ReadOnlySpan<ulong[]>)[state.Voters, state.Learners, state.VotersOutgoing, state.LearnersNext])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target, checked((ushort)group.Length));
            target = target[2..];
            foreach (var node in group)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target, node);
                target = target[8..];
            }
        }

        target[0] = state.AutoLeave ? (byte)1 : (byte)0;
    }

    /// <summary>Reads exactly all of <paramref name="source"/>.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out ConfState state)
    {
        state = ConfState.Empty;
        var groups = new ulong[4][];
        for (var i = 0; i < groups.Length; i++)
        {
            if (source.Length < 2)
            {
                return false;
            }

            var count = BinaryPrimitives.ReadUInt16LittleEndian(source);
            source = source[2..];
            if (source.Length < count * 8)
            {
                return false;
            }

            groups[i] = new ulong[count];
            for (var j = 0; j < count; j++)
            {
                groups[i][j] = BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * j)..]);
            }

            source = source[(8 * count)..];
        }

        if (source.Length != 1 || source[0] > 1)
        {
            return false;
        }

        state = new ConfState(groups[0], groups[1], groups[2], groups[3], source[0] == 1);
        return true;
    }
}
