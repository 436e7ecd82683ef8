using MetaStore.Raft.Runtime.Batching.SettingTable;
using MetaStore.Protocol.V1;
using Runtime = MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Server.Api;

/// <summary>Converts batching settings between the batcher's records and metastore.v1. Times on the wire are microseconds.</summary>
internal static class BatchingMessages
{
    /// <summary>The settings with every field set.</summary>
    public static BatchSettings ToWire(Runtime.BatchSettings settings) => BatchSettingMessage.Of(settings);

    /// <summary>The current settings with the fields that the message sets replaced. Not validated.</summary>
    public static Runtime.BatchSettings Merge(Runtime.BatchSettings now, BatchSettings change) => BatchSettingMessage.Merge(now, change);
}
