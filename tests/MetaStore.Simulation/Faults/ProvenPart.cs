using System.Buffers.Binary;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>How much of a node's files may be damaged such that damage can be distinguished from an incomplete write.</summary>
/// <remarks>
/// Only a later frame shows that one was acknowledged (docs/formats.md). Damage to the last data frame of a process that died before it wrote the
/// confirmation looks like a torn write and is outside the guarantees; so is damage to that frame and to the confirmation after it.
/// </remarks>
internal static class ProvenPart
{
    /// <summary>A write in progress after the last data frame makes two.</summary>
    private const int FramesUnproven = 2;

    /// <summary>Offsets of the nonces in a segment's and a frame's header.</summary>
    private const int SegmentNonce = 56;
    private const int FrameNonce = 8;

    /// <param name="machine">A stopped node.</param>
    /// <param name="severalPlaces">True when more than one place is damaged, so that the last confirmation must be left intact.</param>
    /// <returns>Paths with the number of bytes from the start that may be damaged.</returns>
    public static IReadOnlyList<(string Path, long Bytes)> Of(SimMachine machine, bool severalPlaces)
    {
        var parts = new List<(string, long)>();
        int unproven = machine.HasUnprovenTail ? FramesUnproven : severalPlaces ? 1 : 0;
        foreach (string path in machine.Disk.Files.Reverse())
        {
            SimFileContent content = machine.Disk.Find(path)!;
            if (path.EndsWith(".snap", StringComparison.Ordinal) || path.EndsWith(".pages", StringComparison.Ordinal))
            {
                parts.Add((path, content.Length));
            }
            else if (path.EndsWith(".wal", StringComparison.Ordinal))
            {
                long end = content.Length;
                ulong nonce = NonceAt(content, SegmentNonce);
                for (long at = AlignDown(end - 1); unproven > 0 && at >= WalFormat.SegmentHeaderBytes; at -= WalFormat.Alignment)
                {
                    if (IsFrame(content, at, nonce))
                    {
                        (end, unproven) = (at, unproven - 1);
                    }
                }

                parts.Add((path, unproven > 0 ? 0 : end));
            }
        }

        parts.RemoveAll(part => part is (_, 0));
        return parts;
    }

    private static long AlignDown(long offset) => offset / WalFormat.Alignment * WalFormat.Alignment;

    // After the end of the log there may be frames of an earlier use of the file, with another nonce.
    private static bool IsFrame(SimFileContent content, long at, ulong nonce)
    {
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        return content.Read(at, magic) == magic.Length && BinaryPrimitives.ReadUInt32LittleEndian(magic) == WalFormat.FrameMagic
            && NonceAt(content, at + FrameNonce) == nonce;
    }

    private static ulong NonceAt(SimFileContent content, long at)
    {
        Span<byte> nonce = stackalloc byte[sizeof(ulong)];
        _ = content.Read(at, nonce);
        return BinaryPrimitives.ReadUInt64LittleEndian(nonce);
    }
}
