using MetaStore.Batching.SettingTable;

namespace MetaStore.Batching.Settings;

/// <summary>Validates settings; one message per error, with the names of the configuration file.</summary>
internal static class BatchSettingsValidator
{
    /// <summary>Reports all errors in one exception.</summary>
    /// <exception cref="ArgumentException">A value is invalid.</exception>
    public static void ThrowIfUnusable(BatchSettings settings)
    {
        IReadOnlyList<string> faults = settings.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(settings));
        }
    }

    /// <summary>Values out of range, then contradicting pairs; a pair with a value out of range is not compared.</summary>
    public static IReadOnlyList<string> Validate(BatchSettings settings)
    {
        var faults = new List<string>();
        var outOfRange = new HashSet<string>(StringComparer.Ordinal);
        foreach (BatchSetting setting in BatchSettingTable.All)
        {
            if (setting.Fault(setting.Read(settings)) is { } why)
            {
                outOfRange.Add(setting.Key);
                faults.Add(setting.Sentence(setting.Read(settings), why));
            }
        }

        foreach (BatchSettingRule rule in BatchSettingTable.Rules)
        {
            if (!outOfRange.Contains(rule.Setting.Key) && !outOfRange.Contains(rule.Limit.Key) && rule.Fault(settings) is { } why)
            {
                faults.Add(rule.Setting.Sentence(rule.Setting.Read(settings), why));
            }
        }

        return faults;
    }
}
