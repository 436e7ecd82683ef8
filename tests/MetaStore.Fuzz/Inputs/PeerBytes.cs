using System.Buffers.Binary;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Fuzz.Inputs;

/// <summary>Bytes as a peer sends them.</summary>
internal static class PeerBytes
{
    /// <summary>The frames of messages.</summary>
    public static byte[] Frames(params Message[] messages)
    {
        FrameWriter writer = new();
        foreach (Message message in messages)
        {
            writer.Append(message);
        }

        return [.. writer.Segments().SelectMany(segment => segment)];
    }

    /// <summary>Makes the lengths and checksums of frames right, as far as they can be followed.</summary>
    /// <param name="bytes">Frames.</param>
    /// <param name="beforeSnapshot">After the first frame come the length of a snapshot and its container.</param>
    public static void SetChecksums(Span<byte> bytes, bool beforeSnapshot)
    {
        while (bytes.Length >= FrameFormat.HeaderBytes)
        {
            int length = (int)Math.Min(FrameFormat.ReadHeader(bytes).Length, bytes.Length - FrameFormat.HeaderBytes);
            FrameFormat.WriteHeader(bytes, length, Crc32C.Compute(bytes.Slice(FrameFormat.HeaderBytes, length)));
            bytes = bytes[(FrameFormat.HeaderBytes + length)..];
            if (beforeSnapshot)
            {
                SetSnapshot(bytes);
                return;
            }
        }
    }

    private static void SetSnapshot(Span<byte> bytes)
    {
        if (bytes.Length > sizeof(ulong))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - sizeof(ulong));
            Checksums.OfSnapshot(bytes[sizeof(ulong)..]);
        }
    }
}
