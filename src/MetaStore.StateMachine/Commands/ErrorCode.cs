namespace MetaStore.StateMachine.Commands;

/// <summary>Expected failures of a command or a read, as values; the server maps each to one etcd status and text.</summary>
public enum ErrorCode
{
    /// <summary>Success.</summary>
    None = 0,

    /// <summary>ignore_value or ignore_lease on a key that does not exist.</summary>
    KeyNotFound,

    /// <summary>ignore_value together with a value.</summary>
    ValueProvided,

    /// <summary>ignore_lease together with a lease.</summary>
    LeaseProvided,

    /// <summary>The lease named by a put or a revoke does not exist.</summary>
    LeaseNotFound,

    /// <summary>A grant for an id that is in use.</summary>
    LeaseExists,

    /// <summary>A grant above 9,000,000,000 seconds.</summary>
    LeaseTtlTooLarge,

    /// <summary>The revision asked for is below the compacted revision, or a compaction does not move forward.</summary>
    Compacted,

    /// <summary>The revision asked for has not happened yet.</summary>
    FutureRevision,

    /// <summary>An unknown sort order or sort target.</summary>
    InvalidSortOption,

    /// <summary>The NOSPACE alarm is active somewhere in the cluster.</summary>
    NoSpace,

    /// <summary>The CORRUPT alarm is active somewhere in the cluster.</summary>
    Corrupt,

    /// <summary>No such member, or it was removed.</summary>
    MemberNotFound,

    /// <summary>The id of a removed member is used again.</summary>
    MemberRemoved,

    /// <summary>An unknown alarm action.</summary>
    InvalidAlarmAction,

    /// <summary>A read stopped because its answer exceeded its limit.</summary>
    AnswerTooLarge,

    /// <summary>The caller has no identity, or the name of a user is empty.</summary>
    UserEmpty,

    /// <summary>The user may not do this.</summary>
    PermissionDenied,

    /// <summary>The identity was proved before the user's password changed, or before auth was disabled.</summary>
    AuthOldRevision,

    /// <summary>Root would lose its power, or a permission has an empty key or range.</summary>
    InvalidAuthManagement,

    /// <summary>Auth cannot be enabled without the user root.</summary>
    RootUserNotFound,

    /// <summary>Auth cannot be enabled while user root does not have role root.</summary>
    RootRoleNotGranted,

    /// <summary>The name of a user is taken.</summary>
    UserExists,

    /// <summary>No such user.</summary>
    UserNotFound,

    /// <summary>The name of a role is empty.</summary>
    RoleEmpty,

    /// <summary>The name of a role is taken.</summary>
    RoleExists,

    /// <summary>No such role.</summary>
    RoleNotFound,

    /// <summary>The user does not have the role.</summary>
    RoleNotGranted,

    /// <summary>The role does not have the permission.</summary>
    PermissionNotGranted,

    /// <summary>The password that was checked for a token is not the user's any more.</summary>
    CredentialChanged,
}
