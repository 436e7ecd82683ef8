using System.Buffers.Binary;
using System.IO.Hashing;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>The tags of a segment file of format 2: one for each use of the file, the last one for the present use.</summary>
/// <remarks>
/// Every sector of a frame ends in the tag of the present use, so a sector that a torn write left out is recognized by the tag of an earlier
/// use, or by zeros in a file that was never used. A damaged sector with an intact tag was written; a damaged tag is none of the file's tags.
/// Immutable.
/// </remarks>
internal sealed class SectorTags
{
    /// <summary>Length of a tag, the last bytes of a sector.</summary>
    internal const int Bytes = sizeof(uint);

    /// <summary>
    /// Uses of a file after which it is deleted and not used again. Bounds the header, the time to check a sector, and the probability that a
    /// damaged tag equals an earlier one (2^-26).
    /// </summary>
    internal const int UsesMax = 64;

    private readonly uint[] _earlier;

    internal SectorTags(uint own, ReadOnlySpan<uint> earlier)
    {
        Own = own;
        _earlier = earlier.ToArray();
    }

    /// <summary>Tag of the present use, never 0.</summary>
    internal uint Own { get; }

    /// <summary>Tags of earlier uses, oldest first.</summary>
    internal ReadOnlySpan<uint> Earlier => _earlier;

    /// <summary>True when the file may get one more header.</summary>
    internal bool CanBeUsedAgain => _earlier.Length + 1 < UsesMax;

    /// <summary>Tags for the next use of a file.</summary>
    /// <param name="before">Tags of the use that ends; null for a file of zeros.</param>
    /// <param name="nonce">Nonce of the next use.</param>
    internal static SectorTags Next(SectorTags? before, ulong nonce)
    {
        uint[] earlier = before is null ? [] : [.. before._earlier, before.Own];
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(seed, nonce);
        for (long attempt = 0; ; attempt++)
        {
            var tag = (uint)XxHash64.HashToUInt64(seed, attempt);
            if (tag != 0 && !earlier.Contains(tag))
            {
                return new SectorTags(tag, earlier);
            }
        }
    }

    /// <summary>Checks the tag of one sector.</summary>
    /// <param name="sector">512 bytes.</param>
    internal SectorState StateOf(ReadOnlySpan<byte> sector)
    {
        var tag = BinaryPrimitives.ReadUInt32LittleEndian(sector[FrameSectors.DataBytes..]);
        if (tag == Own)
        {
            return SectorState.Written;
        }

        if (tag == 0)
        {
            return sector.ContainsAnyExcept((byte)0) ? SectorState.Partial : SectorState.Unwritten;
        }

        if (_earlier.Contains(tag))
        {
            return SectorState.Unwritten;
        }

        return IsCutOff(tag) ? SectorState.Partial : SectorState.Unknown;
    }

    // A killed process stops at any byte: the first bytes of the tag are new, the others are what was there.
    private bool IsCutOff(uint tag)
    {
        for (var bits = 8; bits < 32; bits += 8)
        {
            var isNew = (1u << bits) - 1;
            if ((tag & isNew) == (Own & isNew)
                && ((tag & ~isNew) == 0 || Array.Exists(_earlier, old => (tag & ~isNew) == (old & ~isNew))))
            {
                return true;
            }
        }

        return false;
    }
}
