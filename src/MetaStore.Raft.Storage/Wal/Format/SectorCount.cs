namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Counts 512-byte sectors that contain only zeros: the content of a sector that was never written.</summary>
internal static class SectorCount
{
    /// <summary>Whole all-zero sectors from the start of <paramref name="content"/>.</summary>
    /// <param name="content">Starts at a sector boundary; a rest shorter than a sector is ignored.</param>
    internal static int Zero(ReadOnlySpan<byte> content)
    {
        var count = 0;
        for (var i = 0; (i + 1) * WalFormat.SectorBytes <= content.Length; i++)
        {
            if (!content.Slice(i * WalFormat.SectorBytes, WalFormat.SectorBytes).ContainsAnyExcept((byte)0))
            {
                count++;
            }
        }

        return count;
    }
}
