using System.Buffers.Binary;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>How much of a node's files may rot so that the rot can be told from a write that never finished.</summary>
/// <remarks>
/// Only a later frame shows that one was acknowledged (docs/formats.md). Damage to the last real frame of a process that died before it
/// wrote the proof looks like a torn write and is outside what is promised; so is damage to that frame and to the proof behind it.
/// </remarks>
internal static class ProvenPart
{
    /// <summary>A write under way behind the last real frame makes two.</summary>
    private const int FramesUnproven = 2;

    /// <param name="machine">Not running.</param>
    /// <param name="severalPlaces">More than one place rots, so that the last proof must be left alone.</param>
    /// <returns>Paths with the number of bytes at their beginning that may rot.</returns>
    public static IReadOnlyList<(string Path, long Bytes)> Of(SimMachine machine, bool severalPlaces)
    {
        var parts = new List<(string, long)>();
        int unproven = machine.HasUnprovenTail ? FramesUnproven : severalPlaces ? 1 : 0;
        foreach (string path in machine.Disk.Files.Reverse())
        {
            SimFileContent content = machine.Disk.Find(path)!;
            if (path.EndsWith(".snap", StringComparison.Ordinal))
            {
                parts.Add((path, content.Length));
            }
            else if (path.EndsWith(".wal", StringComparison.Ordinal))
            {
                long end = content.Length;
                for (long at = AlignDown(end - 1); unproven > 0 && at >= WalFormat.SegmentHeaderBytes; at -= WalFormat.Alignment)
                {
                    if (IsFrame(content, at))
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

    private static bool IsFrame(SimFileContent content, long at)
    {
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        return content.Read(at, magic) == magic.Length && BinaryPrimitives.ReadUInt32LittleEndian(magic) == WalFormat.FrameMagic;
    }
}
