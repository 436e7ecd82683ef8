namespace MetaStore.Client.Kv;

/// <summary>Options of <see cref="KvClient.ScanAsync"/>.</summary>
public sealed record ScanOptions
{
    /// <summary>
    /// Maximum pairs per answer. Default 1,000; at least 1. Choose less for large values: a page is in memory as a whole.
    /// </summary>
    public int PageSize { get; init; } = 1_000;

    /// <summary>Revision to read at; 0, the default, for the newest at the time of the first page.</summary>
    public long Revision { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>
    /// Any member may answer without asking the leader, so the newest writes may be missing. All pages still are of one revision.
    /// </summary>
    public bool Serializable { get; init; }
}
