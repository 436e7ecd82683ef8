namespace MetaStore.Raft.Storage.Tests.Disks;

/// <summary>The current content of a file, and the part that survives a power loss.</summary>
internal sealed class SimFileContent(byte[]? bytes = null)
{
    private const int Sector = 512;
    private readonly SortedSet<long> _dirtySectors = [];
    private byte[] _durable = bytes is null ? [] : [.. bytes];

    internal byte[] Bytes { get; private set; } = bytes is null ? [] : [.. bytes];

    internal void Write(long offset, ReadOnlySpan<byte> source)
    {
        if (Bytes.Length < offset + source.Length)
        {
            SetLength(offset + source.Length);
        }

        source.CopyTo(Bytes.AsSpan((int)offset));
        for (var sector = offset / Sector; sector * Sector < offset + source.Length; sector++)
        {
            _dirtySectors.Add(sector);
        }
    }

    internal void SetLength(long length)
    {
        var resized = Bytes;
        Array.Resize(ref resized, (int)length);
        Bytes = resized;
    }

    internal void Sync()
    {
        if (_durable.Length != Bytes.Length)
        {
            Array.Resize(ref _durable, Bytes.Length);
        }

        foreach (var sector in _dirtySectors)
        {
            CopySector(Bytes, _durable, sector);
        }

        _dirtySectors.Clear();
    }

    internal SimFileContent PowerCut(Random random)
    {
        var left = new byte[_dirtySectors.Count > 0 && random.Next(2) == 0 ? Math.Max(Bytes.Length, _durable.Length) : _durable.Length];
        _durable.AsSpan().CopyTo(left);
        var chance = random.NextDouble();
        foreach (var sector in _dirtySectors)
        {
            if (random.NextDouble() < chance)
            {
                CopySector(Bytes, left, sector);
            }
        }

        return new SimFileContent(left);
    }

    internal SimFileContent Copy() => new([.. Bytes]);

    private static void CopySector(byte[] from, byte[] to, long sector)
    {
        var start = (int)(sector * Sector);
        var end = Math.Min(start + Sector, Math.Min(from.Length, to.Length));
        if (end > start)
        {
            from.AsSpan(start, end - start).CopyTo(to.AsSpan(start));
        }
    }
}
