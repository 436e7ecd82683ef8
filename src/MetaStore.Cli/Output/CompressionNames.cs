using MetaStore.Batching.SettingTable;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>Compressions with the names of the configuration.</summary>
internal static class CompressionNames
{
    public static string Of(BatchCompression compression) => BatchSettingTable.ByKey["compression"].Text((int)compression);
}
