namespace MetaStore.Server.Backup;

/// <summary>Format of a backup. Source: ADR 0033.</summary>
internal enum BackupKind
{
    /// <summary>The backend file of etcd, for etcdctl, etcdutl, metactl and etcd.</summary>
    Etcd,

    /// <summary>A checkpoint of the engine, for metactl.</summary>
    Checkpoint,
}
