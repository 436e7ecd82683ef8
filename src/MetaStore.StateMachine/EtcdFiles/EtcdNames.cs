namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Names of etcd's buckets and of the keys in them, the same from 3.4 to 3.6. Source: etcd server/storage/schema.</summary>
internal static class EtcdNames
{
    public const string Alarm = "alarm";
    public const string Auth = "auth";
    public const string AuthRoles = "authRoles";
    public const string AuthUsers = "authUsers";
    public const string Cluster = "cluster";
    public const string Key = "key";
    public const string Lease = "lease";
    public const string Members = "members";
    public const string MembersRemoved = "members_removed";
    public const string Meta = "meta";

    /// <summary>In "auth": one byte, 1 while auth is on.</summary>
    public static ReadOnlySpan<byte> AuthEnabled => "authEnabled"u8;

    /// <summary>In "auth": eight bytes, big-endian.</summary>
    public static ReadOnlySpan<byte> AuthRevision => "authRevision"u8;

    /// <summary>In "cluster": semantic version.</summary>
    public static ReadOnlySpan<byte> ClusterVersion => "clusterVersion"u8;

    /// <summary>In "meta", since 3.5: JSON of raftpb.ConfState.</summary>
    public static ReadOnlySpan<byte> ConfState => "confState"u8;

    /// <summary>In "meta": index of the newest applied entry, eight bytes, big-endian.</summary>
    public static ReadOnlySpan<byte> ConsistentIndex => "consistent_index"u8;

    /// <summary>In "meta": revision key up to which a compaction has removed records.</summary>
    public static ReadOnlySpan<byte> FinishedCompaction => "finishedCompactRev"u8;

    /// <summary>In "meta": revision key of the newest compaction.</summary>
    public static ReadOnlySpan<byte> ScheduledCompaction => "scheduledCompactRev"u8;

    /// <summary>In "meta", since 3.6: version of the storage, such as 3.6.0. Absent: 3.5 or older.</summary>
    public static ReadOnlySpan<byte> StorageVersion => "storageVersion"u8;

    /// <summary>In "meta", since 3.5: term of that entry, eight bytes, big-endian.</summary>
    public static ReadOnlySpan<byte> Term => "term"u8;
}
