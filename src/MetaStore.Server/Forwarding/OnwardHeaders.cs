using Grpc.Core;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Forwarding;

/// <summary>Metadata of calls that are passed on to the leader: marked as such, with the identity of their caller, which the leader judges again.</summary>
/// <remarks>
/// A token is passed on as it is. The user of a certificate is named by this member, which proves by its own token that a member does so: the leader
/// sees this member's certificate, not the client's.
/// </remarks>
internal sealed class OnwardHeaders(MemberToken token)
{
    /// <summary>Marks a forwarded call: prevents two members that each believe the other is the leader from forwarding it in a loop.</summary>
    public const string Forwarded = "metastore-forwarded";

    /// <summary>A member has passed the call on.</summary>
    public static bool IsForwarded(ServerCall call) => call.RequestHeader(Forwarded) is not null;

    /// <summary>The metadata for one call.</summary>
    public async ValueTask<Metadata> OfAsync(ServerCall call, CancellationToken stop)
    {
        Metadata? headers = CallAuth.HeadersOf(call);
        if (headers is null)
        {
            headers = call.CommonName is null ? [] : await token.HeadersAsync(stop);
            if (headers.Count > 0)
            {
                headers.Add(CallAuth.UserHeader, CallAuth.EncodeUser(call.CommonName!));
            }
        }

        headers.Add(Forwarded, "1");
        return headers;
    }
}
