using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>etcd settings that are another form of a setting here: they are read as that one.</summary>
internal static class EtcdSpellings
{
    /// <summary>etcd's flag with a list of feature switches.</summary>
    public const string FeatureGates = "feature-gates";

    /// <summary>etcd 3.4's form of log-level=debug.</summary>
    public const string Debug = "debug";

    /// <summary>Feature gate to the setting it switches; null when it has no effect.</summary>
    private static readonly Dictionary<string, string?> Gates = new(StringComparer.Ordinal)
    {
        ["InitialCorruptCheck"] = "initial-corrupt-check",
        ["CompactHashCheck"] = "compact-hash-check-enabled",
        ["LeaseCheckpoint"] = "enable-lease-checkpoint",
        ["LeaseCheckpointPersist"] = null,
        ["TxnModeWriteWithSharedBuffer"] = null,
        ["StopGRPCServiceOnDefrag"] = null,
        ["FastLeaseKeepAlive"] = null,
        ["PriorityRequest"] = null,
        ["AllBeta"] = null,
    };

    /// <summary>Gates that change how other members see this one: only false is accepted.</summary>
    private static readonly string[] RefusedGates = ["SetMemberLocalAddr", "AllAlpha"];

    /// <summary>The names, for suggestions and documentation; feature-gates is not a switch, debug is.</summary>
    public static IReadOnlyList<string> All { get; } = [FeatureGates, Debug];

    /// <summary>The gates that are known.</summary>
    public static IReadOnlyList<string> KnownGates { get; } = [.. Gates.Keys.Concat(RefusedGates).Order(StringComparer.Ordinal)];

    /// <summary>True when a name is in the catalogue, the foreign flags or this table.</summary>
    public static bool IsKnown(string flag) => SettingCatalogue.ByFlag.ContainsKey(flag) || ForeignFlags.Find(flag) is not null || All.Contains(flag);

    /// <summary>True when a bare flag means true.</summary>
    public static bool IsSwitch(string flag) => flag == Debug
        || (SettingCatalogue.ByFlag.TryGetValue(flag, out Setting? setting) ? setting.IsSwitch : ForeignFlags.Find(flag) is { IsSwitch: true });

    /// <summary>The settings that a value stands for: itself, except for the names of this table.</summary>
    public static IEnumerable<RawSetting> Read(RawSetting raw, List<ConfigurationError> errors, List<string> warnings)
    {
        if (raw.Flag == Debug)
        {
            return ForeignFlag.AsksForNothing(raw.Value) ? [] : [raw with { Flag = "log-level", Value = "debug" }];
        }

        return raw.Flag == FeatureGates ? [.. ReadGates(raw, errors, warnings)] : [raw];
    }

    private static IEnumerable<RawSetting> ReadGates(RawSetting raw, List<ConfigurationError> errors, List<string> warnings)
    {
        foreach (string part in raw.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=');
            string gate = pair[0].Trim();
            if (pair.Length != 2)
            {
                errors.Add(new ConfigurationError(raw.Where, part, "is not of the form gate=true", "InitialCorruptCheck=true"));
            }
            else if (RefusedGates.Contains(gate))
            {
                if (!ForeignFlag.AsksForNothing(pair[1].Trim()))
                {
                    errors.Add(new ConfigurationError(raw.Where, part, "is not supported: this version has no such feature; name the gates that are meant", "InitialCorruptCheck=true"));
                }
            }
            else if (!Gates.TryGetValue(gate, out string? flag))
            {
                errors.Add(new ConfigurationError(raw.Where, part, "is not an etcd feature gate; these are: " + string.Join(", ", KnownGates), null));
            }
            else if (flag is null)
            {
                warnings.Add($"{raw.Where}: the gate {gate} has no effect");
            }
            else
            {
                yield return new RawSetting(flag, pair[1].Trim(), $"{raw.Where} {gate}");
            }
        }
    }
}
