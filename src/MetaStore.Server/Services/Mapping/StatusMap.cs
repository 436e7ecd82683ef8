using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Services.Mapping;

/// <summary>The error table: the gRPC status of each <see cref="ServerError"/>. Code and text are etcd's, byte for byte.</summary>
/// <remarks>Clients compare texts, so any change is an interface change. Source: etcd 3.7 error catalogue, with the codes measured on 3.6.</remarks>
internal static class StatusMap
{
    private const string Prefix = "etcdserver: ";

    private static readonly Status[] Table = Build();

    /// <summary>The status of an error. Shared; does not allocate.</summary>
    public static Status Of(ServerError error) => Table[(int)error];

    /// <summary>The exception with which a service method ends its call.</summary>
    public static RpcException Exception(ServerError error) => new(Of(error));

    /// <inheritdoc cref="Exception(ServerError)"/>
    public static RpcException Exception(ErrorCode error) => new(Of(Of(error)));

    /// <summary>The server error for an expected failure of the state machine.</summary>
    public static ServerError Of(ErrorCode error) => error switch
    {
        ErrorCode.None => ServerError.None,
        ErrorCode.KeyNotFound => ServerError.KeyNotFound,
        ErrorCode.ValueProvided => ServerError.ValueProvided,
        ErrorCode.LeaseProvided => ServerError.LeaseProvided,
        ErrorCode.LeaseNotFound => ServerError.LeaseNotFound,
        ErrorCode.LeaseExists => ServerError.LeaseExists,
        ErrorCode.LeaseTtlTooLarge => ServerError.LeaseTtlTooLarge,
        ErrorCode.Compacted => ServerError.Compacted,
        ErrorCode.FutureRevision => ServerError.FutureRevision,
        ErrorCode.InvalidSortOption => ServerError.InvalidSortOption,
        ErrorCode.NoSpace => ServerError.NoSpace,
        ErrorCode.Corrupt => ServerError.Corrupt,
        ErrorCode.MemberNotFound => ServerError.MemberNotFound,
        ErrorCode.MemberRemoved => ServerError.MemberNotFound,
        ErrorCode.InvalidAlarmAction => ServerError.InvalidAlarmAction,
        ErrorCode.AnswerTooLarge => ServerError.ReadsOverBudget,
        ErrorCode.UserEmpty => ServerError.UserEmpty,
        ErrorCode.PermissionDenied => ServerError.PermissionDenied,
        ErrorCode.AuthOldRevision => ServerError.AuthOldRevision,
        ErrorCode.InvalidAuthManagement => ServerError.InvalidAuthManagement,
        ErrorCode.RootUserNotFound => ServerError.RootUserNotFound,
        ErrorCode.RootRoleNotGranted => ServerError.RootRoleNotGranted,
        ErrorCode.UserExists => ServerError.UserExists,
        ErrorCode.UserNotFound => ServerError.UserNotFound,
        ErrorCode.RoleEmpty => ServerError.RoleEmpty,
        ErrorCode.RoleExists => ServerError.RoleExists,
        ErrorCode.RoleNotFound => ServerError.RoleNotFound,
        ErrorCode.RoleNotGranted => ServerError.RoleNotGranted,
        ErrorCode.PermissionNotGranted => ServerError.PermissionNotGranted,
        ErrorCode.CredentialChanged => ServerError.AuthFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "an error code without a status"),
    };

    private static Status[] Build()
    {
        var table = new Status[Enum.GetValues<ServerError>().Length];
        foreach (ServerError error in Enum.GetValues<ServerError>())
        {
            (StatusCode code, string text) = Entry(error);
            table[(int)error] = new Status(code, code == StatusCode.OK ? "" : Prefix + text);
        }

        table[(int)ServerError.DeadlineExceeded] = CallStatuses.DeadlineExceeded;

        // Not from etcd's catalogue of errors, hence without its prefix and code.
        table[(int)ServerError.NoPasswordUser] = new Status(StatusCode.Unknown, "auth: authentication failed, password was given for no password user");
        table[(int)ServerError.VerifyOnlyKey] = new Status(StatusCode.Unknown, "auth: token signing attempted with verify-only key");
        table[(int)ServerError.PasswordTooLong] = new Status(StatusCode.Unknown, "bcrypt: password length exceeds 72 bytes");
        return table;
    }

    private static (StatusCode Code, string Text) Entry(ServerError error) => error switch
    {
        ServerError.None => (StatusCode.OK, ""),
        ServerError.KeyNotProvided => (StatusCode.InvalidArgument, "key is not provided"),
        ServerError.KeyNotFound => (StatusCode.InvalidArgument, "key not found"),
        ServerError.ValueProvided => (StatusCode.InvalidArgument, "value is provided"),
        ServerError.LeaseProvided => (StatusCode.InvalidArgument, "lease is provided"),
        ServerError.TooManyOperations => (StatusCode.InvalidArgument, "too many operations in txn request"),
        ServerError.DuplicateKey => (StatusCode.InvalidArgument, "duplicate key given in txn request"),
        ServerError.InvalidClientApiVersion => (StatusCode.InvalidArgument, "invalid client api version"),
        ServerError.InvalidSortOption => (StatusCode.InvalidArgument, "invalid sort option"),
        ServerError.InvalidMemberUrls => (StatusCode.InvalidArgument, "given member URLs are invalid"),
        ServerError.RequestTooLarge => (StatusCode.InvalidArgument, "request is too large"),
        ServerError.InvalidAlarmAction => (StatusCode.InvalidArgument, "invalid alarm action"),
        ServerError.UnknownMethod => (StatusCode.Unknown, "unknown method"),
        ServerError.WrongDowngradeFormat => (StatusCode.InvalidArgument, "wrong downgrade target version format"),
        ServerError.InvalidDowngradeTarget => (StatusCode.InvalidArgument, "invalid downgrade target version"),
        ServerError.Compacted => (StatusCode.OutOfRange, "mvcc: required revision has been compacted"),
        ServerError.FutureRevision => (StatusCode.OutOfRange, "mvcc: required revision is a future revision"),
        ServerError.LeaseTtlTooLarge => (StatusCode.OutOfRange, "too large lease TTL"),
        ServerError.NoSpace => (StatusCode.ResourceExhausted, "mvcc: database space exceeded"),

        // The catalogue says ResourceExhausted; etcd sends Unknown, and tests rely on it.
        ServerError.TooManyRequests => (StatusCode.Unknown, "too many requests"),

        // Errors that etcd does not have, with the catalogue's code, from which clients know that retrying later helps.
        ServerError.NoCredit => (StatusCode.ResourceExhausted, "too many requests"),
        ServerError.ReadsOverBudget => (StatusCode.ResourceExhausted, "too many requests"),
        ServerError.LeaseNotFound => (StatusCode.NotFound, "requested lease not found"),
        ServerError.LeaseExists => (StatusCode.FailedPrecondition, "lease already exists"),
        ServerError.MemberNotFound => (StatusCode.NotFound, "member not found"),
        ServerError.MemberExists => (StatusCode.FailedPrecondition, "member ID already exist"),
        ServerError.PeerUrlsExist => (StatusCode.FailedPrecondition, "Peer URLs already exists"),

        // As above: FailedPrecondition in the catalogue, Unknown on the wire.
        ServerError.NotEnoughStartedMembers => (StatusCode.Unknown, "re-configuration failed due to not enough started members"),
        ServerError.NotLearner => (StatusCode.FailedPrecondition, "can only promote a learner member"),
        ServerError.LearnerNotReady => (StatusCode.FailedPrecondition, "can only promote a learner member which is in sync with leader"),
        ServerError.TooManyLearners => (StatusCode.FailedPrecondition, "too many learner members in cluster"),
        ServerError.ClusterIdMismatch => (StatusCode.FailedPrecondition, "cluster ID mismatch"),
        ServerError.NotLeader => (StatusCode.FailedPrecondition, "not leader"),
        ServerError.NotCapable => (StatusCode.FailedPrecondition, "not capable"),
        ServerError.NotSupportedForLearner => (StatusCode.FailedPrecondition, "rpc not supported for learner"),
        ServerError.BadLeaderTransferee => (StatusCode.FailedPrecondition, "bad leader transferee"),
        ServerError.NoLeader => (StatusCode.Unavailable, "no leader"),
        ServerError.LeaderChanged => (StatusCode.Unavailable, "leader changed"),
        ServerError.Stopped => (StatusCode.Unavailable, "server stopped"),
        ServerError.Timeout => (StatusCode.Unavailable, "request timed out"),
        ServerError.TimeoutDueToLeaderFailure => (StatusCode.Unavailable, "request timed out, possibly due to previous leader failure"),
        ServerError.TimeoutDueToConnectionLost => (StatusCode.Unavailable, "request timed out, possibly due to connection lost"),
        ServerError.TimeoutWaitingForApply => (StatusCode.Unavailable, "request timed out, waiting for the applied index took too long"),
        ServerError.TimeoutLeaderTransfer => (StatusCode.Unknown, "request timed out, leader transfer took too long"),
        ServerError.Unhealthy => (StatusCode.Unavailable, "unhealthy cluster"),
        ServerError.Corrupt => (StatusCode.DataLoss, "corrupt cluster"),
        ServerError.Canceled => (StatusCode.Cancelled, "request canceled"),
        ServerError.WatchCanceled => (StatusCode.Cancelled, "watch canceled"),
        ServerError.DeadlineExceeded => (StatusCode.DeadlineExceeded, "context deadline exceeded"),
        ServerError.UserEmpty => (StatusCode.InvalidArgument, "user name is empty"),
        ServerError.PermissionDenied => (StatusCode.PermissionDenied, "permission denied"),
        ServerError.InvalidAuthToken => (StatusCode.Unauthenticated, "invalid auth token"),
        ServerError.AuthOldRevision => (StatusCode.InvalidArgument, "revision of auth store is old"),
        ServerError.InvalidAuthManagement => (StatusCode.InvalidArgument, "invalid auth management"),
        ServerError.PermissionNotGiven => (StatusCode.InvalidArgument, "permission not given"),
        ServerError.RootUserNotFound => (StatusCode.FailedPrecondition, "root user does not exist"),
        ServerError.RootRoleNotGranted => (StatusCode.FailedPrecondition, "root user does not have root role"),
        ServerError.UserExists => (StatusCode.FailedPrecondition, "user name already exists"),
        ServerError.UserNotFound => (StatusCode.FailedPrecondition, "user name not found"),
        ServerError.RoleEmpty => (StatusCode.InvalidArgument, "role name is empty"),
        ServerError.RoleExists => (StatusCode.FailedPrecondition, "role name already exists"),
        ServerError.RoleNotFound => (StatusCode.FailedPrecondition, "role name not found"),
        ServerError.RoleNotGranted => (StatusCode.FailedPrecondition, "role is not granted to the user"),
        ServerError.PermissionNotGranted => (StatusCode.FailedPrecondition, "permission is not granted to the role"),
        ServerError.AuthNotEnabled => (StatusCode.FailedPrecondition, "authentication is not enabled"),
        ServerError.AuthFailed => (StatusCode.InvalidArgument, "authentication failed, invalid user ID or password"),
        ServerError.NoPasswordUser or ServerError.PasswordTooLong or ServerError.VerifyOnlyKey => (StatusCode.Unknown, ""),

        // Ours: etcd asks for no length and has no queue.
        ServerError.PasswordTooShort => (StatusCode.InvalidArgument, "password is too short"),
        ServerError.TooManyLogins => (StatusCode.ResourceExhausted, "too many requests"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "an error without a status"),
    };
}
