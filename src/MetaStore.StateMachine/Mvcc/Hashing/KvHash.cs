using MetaStore.StateMachine.Commands;

namespace MetaStore.StateMachine.Mvcc.Hashing;

/// <summary>Answer to a hash over the store. Source: etcd v3 Maintenance.HashKV.</summary>
public readonly struct KvHash
{
    /// <summary>Compacted or future revision; otherwise none.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>CRC-32C.</summary>
    public uint Hash { get; init; }

    /// <summary>Compacted revision the hash was made at; -1 before the first compaction.</summary>
    public long CompactRevision { get; init; }

    /// <summary>Revision up to which records are in the hash.</summary>
    public long HashRevision { get; init; }

    /// <summary>Store revision for the response header.</summary>
    public long Revision { get; init; }
}
