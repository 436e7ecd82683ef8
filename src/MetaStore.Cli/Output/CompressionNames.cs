using MetaStore.Cli.Commands;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>Compressions of batches by the names of the configuration.</summary>
internal static class CompressionNames
{
    private static readonly Dictionary<string, BatchCompression> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = BatchCompression.None,
        ["gzip"] = BatchCompression.Gzip,
        ["snappy"] = BatchCompression.Snappy,
        ["lz4"] = BatchCompression.Lz4,
        ["zstd"] = BatchCompression.Zstd,
    };

    public static string Of(BatchCompression compression) => ByName.FirstOrDefault(pair => pair.Value == compression).Key ?? compression.ToString();

    /// <summary>Reads a name. Throws <see cref="UsageException"/>.</summary>
    public static BatchCompression Parse(string name) => ByName.TryGetValue(name, out var compression)
        ? compression
        : throw new UsageException($"unknown compression '{name}'; write {string.Join(", ", ByName.Keys)}");
}
