using System.Collections.Frozen;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Which calls the audit log shows: every login and call of an administrator, and everything that was refused to its caller.</summary>
internal static class AuditedCalls
{
    private const string Logins = "/etcdserverpb.Auth/Authenticate";
    private const string AuthCalls = "/etcdserverpb.Auth/";

    private static readonly string TooManyLogins = StatusMap.Of(ServerError.TooManyLogins).Detail;

    private static readonly FrozenSet<string> Refusals = new[]
    {
        ServerError.UserEmpty, ServerError.PermissionDenied, ServerError.InvalidAuthToken, ServerError.AuthOldRevision, ServerError.AuthFailed,
        ServerError.NoPasswordUser,
    }.Select(error => StatusMap.Of(error).Detail).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The call is shown however it ends.</summary>
    /// <param name="path">Of the method.</param>
    /// <param name="request">The request; null for a stream.</param>
    public static bool IsShown(string path, object? request) => path switch
    {
        Logins => true,
        "/etcdserverpb.Auth/AuthStatus" => false,

        // An open dashboard asks each member once a second.
        "/metastore.v1.Batching/Get" or "/metastore.v1.Batching/Watch" => false,
        "/etcdserverpb.KV/Compact" => true,
        "/etcdserverpb.Maintenance/Alarm" => request is not AlarmRequest { Action: AlarmRequest.Types.AlarmAction.Get },
        _ => path.StartsWith(AuthCalls, StringComparison.Ordinal) || CallRules.Of(path) == CallRule.Administrator,
    };

    /// <summary>The call was refused because of who made it. Text and not code: Lock and Election have the text with another code.</summary>
    /// <param name="path">Of the method: of a login, being slowed down is a refusal, of other calls the same text means that the member is busy.</param>
    /// <param name="detail">Text of the status.</param>
    public static bool IsRefusal(string path, string detail) => Refusals.Contains(detail) || (path == Logins && detail == TooManyLogins);
}
