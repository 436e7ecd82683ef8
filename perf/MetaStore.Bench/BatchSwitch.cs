using MetaStore.Client;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>Puts settings of batching in force at every member of a running cluster.</summary>
internal static class BatchSwitch
{
    /// <summary>All of them at once; of two that set the same field the later one counts.</summary>
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
