using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Membership;

/// <summary>The bytes of a <see cref="ConfChange"/> in a log entry.</summary>
/// <remarks>
/// Little endian: u8 version (1), u8 flags (bit 0 joint), u16 step count, then per step u8 type and u64 node id, then u32 length
/// and the context. Nothing may follow.
/// </remarks>
public static class ConfChangeCodec
{
    private const byte Version = 1;
    private const byte JointFlag = 1;
    private const int HeaderBytes = 4;
    private const int StepBytes = 9;
    private const int LengthBytes = 4;

    /// <summary>Encodes a change of at most 65535 steps.</summary>
    public static byte[] Encode(ConfChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(change.Steps.Length, ushort.MaxValue);
        byte[] data = new byte[HeaderBytes + (StepBytes * change.Steps.Length) + LengthBytes + change.Context.Length];
        data[0] = Version;
        data[1] = change.Joint ? JointFlag : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(2), (ushort)change.Steps.Length);
        Span<byte> rest = data.AsSpan(HeaderBytes);
        foreach (ConfChangeStep step in change.Steps)
        {
            rest[0] = (byte)step.Type;
            BinaryPrimitives.WriteUInt64LittleEndian(rest[1..], step.NodeId);
            rest = rest[StepBytes..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)change.Context.Length);
        change.Context.Span.CopyTo(rest[LengthBytes..]);
        return data;
    }

    /// <summary>Decodes; the context shares the memory of <paramref name="data"/>.</summary>
    /// <returns>False when the bytes are not exactly one change.</returns>
    public static bool TryDecode(ReadOnlyMemory<byte> data, [NotNullWhen(true)] out ConfChange? change)
    {
        change = null;
        ReadOnlySpan<byte> bytes = data.Span;
        if (bytes.Length < HeaderBytes + LengthBytes || bytes[0] != Version || bytes[1] > JointFlag)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        int contextAt = HeaderBytes + (StepBytes * count) + LengthBytes;
        if (bytes.Length < contextAt
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[(contextAt - LengthBytes)..]) != (uint)(bytes.Length - contextAt))
        {
            return false;
        }

        var steps = new ConfChangeStep[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> step = bytes[(HeaderBytes + (StepBytes * i))..];
            if (step[0] > (byte)ConfChangeType.Update)
            {
                return false;
            }

            steps[i] = new ConfChangeStep((ConfChangeType)step[0], BinaryPrimitives.ReadUInt64LittleEndian(step[1..]));
        }

        change = new ConfChange(steps, bytes[1] == JointFlag, data[contextAt..]);
        return true;
    }
}
