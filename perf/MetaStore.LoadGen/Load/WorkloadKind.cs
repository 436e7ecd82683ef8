namespace MetaStore.LoadGen.Load;

/// <summary>What the calls do.</summary>
internal enum WorkloadKind
{
    /// <summary>KV.Put of one key.</summary>
    Put,

    /// <summary>KV.Range, linearizable.</summary>
    Range,

    /// <summary>KV.Range, serializable.</summary>
    RangeSerializable,

    /// <summary>Puts and ranges, by the read ratio.</summary>
    Mixed,

    /// <summary>KV.Txn: one comparison that holds, then one put.</summary>
    Txn,

    /// <summary>KV.Put, with watchers on all keys.</summary>
    Watch,

    /// <summary>Lease.LeaseGrant, ids chosen by the server.</summary>
    LeaseGrant,

    /// <summary>Lease.LeaseKeepAlive on open streams.</summary>
    KeepAlive,
}
