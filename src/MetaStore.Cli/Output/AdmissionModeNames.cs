using MetaStore.Cli.CommandLine;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>Admission modes with the names of the configuration.</summary>
internal static class AdmissionModeNames
{
    private static readonly Dictionary<string, AdmissionMode> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dynamic"] = AdmissionMode.Dynamic,
        ["fixed"] = AdmissionMode.Fixed,
        ["adaptive"] = AdmissionMode.Adaptive,
    };

    public static string Of(AdmissionMode mode) => ByName.FirstOrDefault(pair => pair.Value == mode).Key ?? mode.ToString();

    /// <summary>Parses a name. Throws <see cref="UsageException"/>.</summary>
    public static AdmissionMode Parse(string name) => ByName.TryGetValue(name, out var mode)
        ? mode
        : throw new UsageException($"unknown mode '{name}'; write {string.Join(", ", ByName.Keys)}");
}
