using MetaStore.Server.Backup;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Services.Mapping;

/// <summary>The format of a backup, asked for by a header of Maintenance.Snapshot: etcd's messages have no field for it.</summary>
internal static class SnapshotFormat
{
    /// <summary>Name of the header.</summary>
    public const string Header = "metastore-snapshot-format";

    /// <summary>Value that asks for a checkpoint of the engine.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The format that a call asks for; without the header, or with another value, etcd's.</summary>
    public static BackupKind Of(ServerCall call) => call.RequestHeader(Header) == Checkpoint ? BackupKind.Checkpoint : BackupKind.Etcd;
}
