namespace MetaStore.Bolt;

/// <summary>FNV-1a with 64 bits: the checksum of a meta page.</summary>
internal static class Fnv64A
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Compute(ReadOnlySpan<byte> bytes)
    {
        var hash = Offset;
        foreach (var one in bytes)
        {
            hash = (hash ^ one) * Prime;
        }

        return hash;
    }
}
