using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;

namespace MetaStore.Server.Configuration.Options;

/// <summary>How concurrent writes are combined into log entries. Every value can also be changed at run time.</summary>
public sealed class BatchOptions
{
    /// <summary>False makes every proposal its own log entry, whatever the policy. Default true.</summary>
    public bool Enable { get; set; } = true;

    /// <summary>All other settings; their names, ranges and meanings are rows of <see cref="BatchSettingTable"/>.</summary>
    public BatchSettings Settings { get; set; } = new();
}
