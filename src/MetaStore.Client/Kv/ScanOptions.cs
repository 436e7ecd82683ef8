namespace MetaStore.Client.Kv;

/// <summary>How <see cref="KvClient.ScanAsync"/> reads.</summary>
public sealed record ScanOptions
{
    /// <summary>Most pairs in one answer. Default 1,000; at least 1. Large values want a smaller number: a page is in memory as a whole.</summary>
    public int PageSize { get; init; } = 1_000;

    /// <summary>Revision to read at; 0, the default, for the newest at the time of the first page.</summary>
    public long Revision { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Any member may answer without asking the leader, so that the newest writes may be missing. All pages are of one revision all the same.</summary>
    public bool Serializable { get; init; }
}
