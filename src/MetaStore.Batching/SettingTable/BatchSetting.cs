using System.Globalization;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.SettingTable;

/// <summary>A batching setting: its name in each place where it can be set, its range, and its effect.</summary>
/// <remarks>
/// Every value is represented by a number (<see cref="BatchSettingKind"/> defines which), so that configuration, API message and command line share one
/// range check. Names are derived from one another where possible.
/// </remarks>
public sealed record BatchSetting
{
    /// <summary>Section of the configuration that contains all settings.</summary>
    public const string Tree = "server.raft.batch";

    private const string MicrosecondsSuffix = "_us";

    /// <summary>Key under <see cref="Tree"/>, such as <c>target.latency_target</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Flag of metastore without dashes, such as <c>batch-target-latency</c>.</summary>
    public required string Flag { get; init; }

    /// <summary>Other names of the flag.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Field of metastore.v1.BatchSettings, such as <c>target_latency_us</c>; times are microseconds there.</summary>
    public required string Field { get; init; }

    /// <summary>One sentence for help and documentation.</summary>
    public required string Meaning { get; init; }

    /// <summary>What its number represents.</summary>
    public required BatchSettingKind Kind { get; init; }

    /// <summary>Smallest number.</summary>
    public double Min { get; init; }

    /// <summary>Largest number.</summary>
    public double Max { get; init; } = 1;

    /// <summary>Names of a choice, in the order of their numbers.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Policies that use it.</summary>
    public required IReadOnlyList<BatchPolicyKind> ReadBy { get; init; }

    /// <summary>Reads its number from settings.</summary>
    public required Func<BatchSettings, double> Read { get; init; }

    /// <summary>Returns settings with another number, which must be in range.</summary>
    public required Func<BatchSettings, double, BatchSettings> Change { get; init; }

    /// <summary>Whole key in a configuration, <c>server.raft.batch.target.latency_target</c>.</summary>
    public string Path => $"{Tree}.{Key}";

    /// <summary>Flag of <c>metactl batch set</c> without dashes, <c>target-latency</c>.</summary>
    public string ControlFlag =>
        (Kind == BatchSettingKind.Time && Field.EndsWith(MicrosecondsSuffix, StringComparison.Ordinal) ? Field[..^MicrosecondsSuffix.Length] : Field).Replace('_', '-');

    /// <summary>Permitted values, for display.</summary>
    public string Range => Kind switch
    {
        BatchSettingKind.Choice => string.Join(" | ", Choices),
        BatchSettingKind.Switch => "true | false",
        _ => $"{Text(Min)} to {Text(Max)}",
    };

    /// <summary>The default, formatted.</summary>
    public string Default => Text(Read(new BatchSettings()));

    /// <summary>Formats a number.</summary>
    public string Text(double value) => Kind switch
    {
        BatchSettingKind.Choice => value >= 0 && value < Choices.Count ? Choices[(int)value] : value.ToString(CultureInfo.InvariantCulture),
        BatchSettingKind.Switch => value == 0 ? "false" : "true",
        BatchSettingKind.Bytes => SettingText.Size((long)value),
        BatchSettingKind.Time => SettingText.Duration(TimeSpan.FromMicroseconds(value)),
        _ => SettingText.Number(value),
    };

    /// <summary>Why a number is rejected, as a clause that continues from the value; null when it is in range.</summary>
    public string? Fault(double value) => Kind switch
    {
        BatchSettingKind.Choice => value >= 0 && value < Choices.Count ? null : "is not one of " + string.Join(", ", Choices),
        _ when value >= Min && value <= Max => null,
        BatchSettingKind.Number => $"is not a number from {Text(Min)} to {Text(Max)}",
        _ => $"is outside {Text(Min)} to {Text(Max)}",
    };

    /// <summary>The error of a value, with the name in the configuration.</summary>
    public string Sentence(double value, string why) => $"{Path} = \"{Text(value)}\": {why}";
}
