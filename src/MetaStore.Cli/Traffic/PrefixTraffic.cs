namespace MetaStore.Cli.Traffic;

/// <summary>What was written below one prefix in an interval.</summary>
/// <param name="Prefix">The beginning that the keys have in common.</param>
/// <param name="Puts">Puts.</param>
/// <param name="Deletes">Deleted keys, expired ones included.</param>
/// <param name="Bytes">Bytes of the keys and values that were put.</param>
/// <param name="Largest">Bytes of the largest of them, key and value.</param>
internal sealed record PrefixTraffic(string Prefix, long Puts, long Deletes, long Bytes, long Largest)
{
    /// <summary>Both kinds of changes.</summary>
    public long Changes => Puts + Deletes;
}
