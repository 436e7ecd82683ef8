namespace MetaStore.Server.Configuration;

/// <summary>What keeps the state.</summary>
public sealed class StorageOptions
{
    /// <summary>"memory" or "rocksdb". Default "memory".</summary>
    public string Engine { get; set; } = "memory";

    /// <summary>Bytes the store may hold before the NOSPACE alarm; 0 = 2 GiB, negative = no limit. Default 0.</summary>
    public long QuotaBytes { get; set; }

    /// <summary>Snapshot files kept. 1 to 100, default 5.</summary>
    public int MaxSnapshots { get; set; } = 5;

    /// <summary>Skip every fsync: an acknowledged write does not survive a power cut. Tests and measurements only. Default false.</summary>
    public bool UnsafeNoFsync { get; set; }

    /// <summary>The quota that is announced and enforced; 0 when there is none.</summary>
    public long EffectiveQuotaBytes => QuotaBytes switch
    {
        0 => 2L << 30,
        < 0 => 0,
        _ => QuotaBytes,
    };
}
