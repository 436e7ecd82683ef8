using MetaStore.Batching.SettingTable;
using MetaStore.Protocol.V1;
using Settings = MetaStore.Batching.Settings;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Converts batching settings between the batcher's records and metastore.v1. Times on the wire are microseconds.</summary>
internal static class BatchingMessages
{
    /// <summary>The settings with every field set.</summary>
    public static BatchSettings ToWire(Settings.BatchSettings settings) => BatchSettingMessage.Of(settings);

    /// <summary>The current settings with the fields that the message sets replaced. Not validated.</summary>
    public static Settings.BatchSettings Merge(Settings.BatchSettings now, BatchSettings change) => BatchSettingMessage.Merge(now, change);
}
