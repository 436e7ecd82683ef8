using MetaStore.Batching.SettingTable;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>Batching policies with the names of the configuration.</summary>
internal static class PolicyNames
{
    public static string Of(BatchPolicy policy) => BatchSettingTable.ByKey["policy"].Text((int)policy);
}
