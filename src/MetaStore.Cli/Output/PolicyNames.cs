using MetaStore.Cli.Commands;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>Batching policies by the names of the configuration.</summary>
internal static class PolicyNames
{
    private static readonly Dictionary<string, BatchPolicy> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dynamic"] = BatchPolicy.Dynamic,
        ["fixed"] = BatchPolicy.Fixed,
        ["throughput"] = BatchPolicy.Throughput,
        ["target"] = BatchPolicy.Target,
        ["off"] = BatchPolicy.Off,
    };

    public static string Of(BatchPolicy policy) => ByName.FirstOrDefault(pair => pair.Value == policy).Key ?? policy.ToString();

    /// <summary>Reads a name. Throws <see cref="UsageException"/>.</summary>
    public static BatchPolicy Parse(string name) => ByName.TryGetValue(name, out var policy)
        ? policy
        : throw new UsageException($"unknown policy '{name}'; write {string.Join(", ", ByName.Keys)}");
}
