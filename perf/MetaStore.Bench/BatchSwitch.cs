using MetaStore.Client;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>Applies batching settings to every member of a running cluster.</summary>
internal static class BatchSwitch
{
    /// <summary>Applies all of them in one call; a later one overrides an earlier one.</summary>
    public static async Task ToAsync(ProcessCluster cluster, params BatchSettings[] settings)
    {
        var merged = new BatchSettings();
        Array.ForEach(settings, merged.MergeFrom);
        foreach (var node in cluster.Nodes)
        {
            using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [node.ClientUrl] });
            await client.Batching.SetAsync(merged);
        }
    }
}
