using Grpc.Core;

namespace MetaStore.Client;

/// <summary>Error texts that programs rely on. They are part of the API: servers send them byte for byte.</summary>
/// <remarks>Source: etcd v3 error catalogue.</remarks>
public static class EtcdErrors
{
    /// <summary>The requested revision was compacted (OutOfRange).</summary>
    public const string Compacted = "etcdserver: mvcc: required revision has been compacted";

    /// <summary>The requested revision does not exist yet (OutOfRange).</summary>
    public const string FutureRevision = "etcdserver: mvcc: required revision is a future revision";

    /// <summary>The lease was revoked, has expired, or never existed (NotFound).</summary>
    public const string LeaseNotFound = "etcdserver: requested lease not found";

    /// <summary>A lease with this id exists (FailedPrecondition).</summary>
    public const string LeaseExists = "etcdserver: lease already exists";

    /// <summary>The quota is used up; reads, deletes and compaction still work (ResourceExhausted).</summary>
    public const string NoSpace = "etcdserver: mvcc: database space exceeded";

    /// <summary>The server refused the call before it had an effect, because of overload; try again later (Unknown).</summary>
    public const string TooManyRequests = "etcdserver: too many requests";

    /// <summary>The called member is not the leader (FailedPrecondition).</summary>
    public const string NotLeader = "etcdserver: not leader";

    /// <summary>The cluster has no leader at the moment (Unavailable).</summary>
    public const string NoLeader = "etcdserver: no leader";

    /// <summary>The call carried no token (InvalidArgument).</summary>
    public const string NoUser = "etcdserver: user name is empty";

    /// <summary>The user may not do this (PermissionDenied).</summary>
    public const string PermissionDenied = "etcdserver: permission denied";

    /// <summary>The token has expired or was never issued (Unauthenticated). A client with a user requests another one by itself.</summary>
    public const string InvalidAuthToken = "etcdserver: invalid auth token";

    /// <summary>The user's password has changed since the token was issued (InvalidArgument).</summary>
    public const string OldAuthRevision = "etcdserver: revision of auth store is old";

    /// <summary>No such user, or a wrong password (InvalidArgument).</summary>
    public const string AuthenticationFailed = "etcdserver: authentication failed, invalid user ID or password";

    /// <summary>The server does not check users (FailedPrecondition).</summary>
    public const string AuthNotEnabled = "etcdserver: authentication is not enabled";

    /// <summary>Whether a call failed with this text: <c>catch (RpcException e) when (e.Is(EtcdErrors.LeaseNotFound))</c>.</summary>
    public static bool Is(this RpcException failure, string text) => failure.Status.Detail == text;
}
