namespace MetaStore.Engines;

/// <summary>A named, ordered key space inside an engine. Numbers are part of the on-disk format and never reused.</summary>
public enum Bucket : byte
{
    /// <summary>Applied index and term, membership, current and compacted revision, alarms: small fixed keys.</summary>
    Meta = 0,

    /// <summary>(main, sub) revision -> key-value record.</summary>
    Revisions = 1,

    /// <summary>Lease id -> lease record.</summary>
    Leases = 2,

    /// <summary>Member id -> member record.</summary>
    Members = 3,

    /// <summary>Users, roles and the auth switch.</summary>
    Auth = 4,
}
