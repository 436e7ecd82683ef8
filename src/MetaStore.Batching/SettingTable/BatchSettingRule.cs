using MetaStore.Batching.Settings;

namespace MetaStore.Batching.SettingTable;

/// <summary>One setting must not exceed another.</summary>
/// <param name="Setting">The setting that is reported.</param>
/// <param name="Limit">The setting that it is compared with.</param>
/// <param name="IsFloor">True when it must not be below the limit, false when it must not exceed it.</param>
public sealed record BatchSettingRule(BatchSetting Setting, BatchSetting Limit, bool IsFloor)
{
    /// <summary>Why settings are rejected, as a clause that continues from the value of <see cref="Setting"/>; null when they are valid.</summary>
    public string? Fault(BatchSettings settings)
    {
        (double value, double limit) = (Setting.Read(settings), Limit.Read(settings));
        bool holds = IsFloor ? value >= limit : value <= limit;
        return holds ? null : $"must not {(IsFloor ? "be below" : "exceed")} {Limit.Key} ({Limit.Text(limit)})";
    }
}
