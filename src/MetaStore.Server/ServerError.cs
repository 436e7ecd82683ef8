namespace MetaStore.Server;

/// <summary>All errors that a call can end with, as values. <c>Services.Mapping.StatusMap</c> maps each to a gRPC status with etcd's text.</summary>
public enum ServerError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A key is empty where one is needed.</summary>
    KeyNotProvided,

    /// <summary>The key does not exist; also an invalid operation in a txn.</summary>
    KeyNotFound,

    /// <summary>ignore_value together with a value.</summary>
    ValueProvided,

    /// <summary>ignore_lease together with a lease.</summary>
    LeaseProvided,

    /// <summary>More operations than max-txn-ops.</summary>
    TooManyOperations,

    /// <summary>One key written twice in one branch of a txn.</summary>
    DuplicateKey,

    /// <summary>client-api-version is not UTF-8.</summary>
    InvalidClientApiVersion,

    /// <summary>Sort order or target out of range.</summary>
    InvalidSortOption,

    /// <summary>Peer URLs that cannot be used.</summary>
    InvalidMemberUrls,

    /// <summary>More than max-request-bytes.</summary>
    RequestTooLarge,

    /// <summary>An unknown alarm action (etcd crashes here; the text is ours).</summary>
    InvalidAlarmAction,

    /// <summary>An unknown downgrade action.</summary>
    UnknownMethod,

    /// <summary>A downgrade target that is not a version.</summary>
    WrongDowngradeFormat,

    /// <summary>A downgrade target that is not one minor version below.</summary>
    InvalidDowngradeTarget,

    /// <summary>A revision below the compacted one.</summary>
    Compacted,

    /// <summary>A revision that does not exist yet.</summary>
    FutureRevision,

    /// <summary>A TTL above nine billion seconds.</summary>
    LeaseTtlTooLarge,

    /// <summary>The quota is exhausted.</summary>
    NoSpace,

    /// <summary>A bounded queue is full.</summary>
    TooManyRequests,

    /// <summary>No credit for the proposal became free in time: the member is overloaded.</summary>
    NoCredit,

    /// <summary>No memory for the response of a read: slow clients hold it.</summary>
    ReadsOverBudget,

    /// <summary>No such lease.</summary>
    LeaseNotFound,

    /// <summary>The lease ID is in use.</summary>
    LeaseExists,

    /// <summary>No such member.</summary>
    MemberNotFound,

    /// <summary>The member ID is in use.</summary>
    MemberExists,

    /// <summary>A peer URL belongs to another member.</summary>
    PeerUrlsExist,

    /// <summary>The change would leave too few started members.</summary>
    NotEnoughStartedMembers,

    /// <summary>Only a learner can be promoted.</summary>
    NotLearner,

    /// <summary>The learner lags too far.</summary>
    LearnerNotReady,

    /// <summary>Too many learners.</summary>
    TooManyLearners,

    /// <summary>The member belongs to another cluster.</summary>
    ClusterIdMismatch,

    /// <summary>This member does not lead.</summary>
    NotLeader,

    /// <summary>The cluster version does not have this call yet.</summary>
    NotCapable,

    /// <summary>A learner does not serve this call.</summary>
    NotSupportedForLearner,

    /// <summary>Leadership cannot be transferred to that member.</summary>
    BadLeaderTransferee,

    /// <summary>No leader is known.</summary>
    NoLeader,

    /// <summary>The leader changed while the call waited.</summary>
    LeaderChanged,

    /// <summary>The server is stopping.</summary>
    Stopped,

    /// <summary>No outcome in time; a write may still take effect.</summary>
    Timeout,

    /// <summary>As <see cref="Timeout"/>, and the leader had failed shortly before.</summary>
    TimeoutDueToLeaderFailure,

    /// <summary>As <see cref="Timeout"/>, and the connection to the leader or to a quorum was down.</summary>
    TimeoutDueToConnectionLost,

    /// <summary>The read was confirmed but its index was not applied in time.</summary>
    TimeoutWaitingForApply,

    /// <summary>Leadership was not transferred in time.</summary>
    TimeoutLeaderTransfer,

    /// <summary>The cluster is not healthy enough for a membership change.</summary>
    Unhealthy,

    /// <summary>The CORRUPT alarm is active.</summary>
    Corrupt,

    /// <summary>The client cancelled the call.</summary>
    Canceled,

    /// <summary>The client cancelled a watch.</summary>
    WatchCanceled,

    /// <summary>The client's deadline passed.</summary>
    DeadlineExceeded,

    /// <summary>The caller has no identity, or the name of a user is empty.</summary>
    UserEmpty,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied,

    /// <summary>The token proves nothing, or not any more.</summary>
    InvalidAuthToken,

    /// <summary>The identity was proved before the user's password changed, or before auth was disabled.</summary>
    AuthOldRevision,

    /// <summary>Root would lose its power, a permission has an empty key or range, or a hash is none.</summary>
    InvalidAuthManagement,

    /// <summary>A grant without a permission.</summary>
    PermissionNotGiven,

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

    /// <summary>There are no passwords to check while auth is off.</summary>
    AuthNotEnabled,

    /// <summary>No such user, or another password.</summary>
    AuthFailed,

    /// <summary>The user has no password.</summary>
    NoPasswordUser,

    /// <summary>A token is asked of a member that has only the public key.</summary>
    VerifyOnlyKey,

    /// <summary>A password above bcrypt's 72 bytes.</summary>
    PasswordTooLong,

    /// <summary>A password below <c>--password-min-length</c>.</summary>
    PasswordTooShort,

    /// <summary>Too many passwords wait to be checked.</summary>
    TooManyLogins,
}
