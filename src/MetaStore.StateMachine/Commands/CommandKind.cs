
namespace MetaStore.StateMachine.Commands;

/// <summary>First byte of every command in the log. Numbers are part of the log format and never reused.</summary>
public enum CommandKind : byte
{
    /// <summary>Changes nothing; answers with the current revision.</summary>
    Noop = 1,

    /// <summary>etcd v3 KV.Put.</summary>
    Put = 2,

    /// <summary>etcd v3 KV.DeleteRange.</summary>
    DeleteRange = 3,

    /// <summary>etcd v3 KV.Txn, with nesting.</summary>
    Txn = 4,

    /// <summary>etcd v3 KV.Compact.</summary>
    Compact = 5,

    /// <summary>etcd v3 Lease.LeaseGrant, with the id and the effective TTL already chosen by the proposer.</summary>
    LeaseGrant = 16,

    /// <summary>etcd v3 Lease.LeaseRevoke.</summary>
    LeaseRevoke = 17,

    /// <summary>The leader's decision that a lease has run out: a revoke that holds only in the term it was decided in.</summary>
    LeaseExpire = 18,

    /// <summary>Remaining time of leases as recorded by the leader; valid only in the term it was recorded in.</summary>
    LeaseCheckpoint = 19,

    /// <summary>Adds a member record or replaces it as a whole.</summary>
    MemberUpsert = 32,

    /// <summary>Removes a member; its id is never accepted again.</summary>
    MemberRemove = 33,

    /// <summary>A started member publishes its name and client URLs.</summary>
    MemberAttributes = 34,

    /// <summary>Sets the cluster version all members agree on.</summary>
    ClusterVersionSet = 35,

    /// <summary>Raises, clears or lists alarms.</summary>
    Alarm = 36,

    /// <summary>Makes a learner a voter; touches nothing else of its record.</summary>
    MemberPromote = 37,

    /// <summary>Changes a member's peer URLs; touches nothing else of its record, in particular not its vote.</summary>
    MemberPeerUrls = 38,

    /// <summary>etcd v3 Auth.AuthEnable.</summary>
    AuthEnable = 48,

    /// <summary>etcd v3 Auth.AuthDisable.</summary>
    AuthDisable = 49,

    /// <summary>etcd v3 Auth.UserAdd, with the hash of the password.</summary>
    UserPut = 50,

    /// <summary>etcd v3 Auth.UserDelete.</summary>
    UserDelete = 51,

    /// <summary>etcd v3 Auth.UserChangePassword, with the hash of the password.</summary>
    UserPassword = 52,

    /// <summary>etcd v3 Auth.UserGrantRole.</summary>
    UserGrant = 53,

    /// <summary>etcd v3 Auth.UserRevokeRole.</summary>
    UserRevoke = 54,

    /// <summary>etcd v3 Auth.RoleAdd.</summary>
    RoleAdd = 55,

    /// <summary>etcd v3 Auth.RoleDelete.</summary>
    RoleDelete = 56,

    /// <summary>etcd v3 Auth.RoleGrantPermission.</summary>
    RoleGrant = 57,

    /// <summary>etcd v3 Auth.RoleRevokePermission.</summary>
    RoleRevoke = 58,

    /// <summary>Records a token as its digest.</summary>
    TokenIssue = 59,

    /// <summary>Records that a token is in use.</summary>
    TokenTouch = 60,

    /// <summary>The leader's decision that tokens were not used for their whole life.</summary>
    TokenDrop = 61,

    /// <summary>Another command with the identity of its caller; written only while auth is on.</summary>
    As = 64,
}
