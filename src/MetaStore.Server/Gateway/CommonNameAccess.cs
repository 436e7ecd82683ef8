using MetaStore.Server.Auth;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Tls.Clients;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>Refuses the gateway to clients whose certificate names a user, while auth is on: the name would not count there.</summary>
/// <remarks>Source: etcd's access controller, since CVE-2018-16886.</remarks>
/// <param name="auth">Knows whether auth is on.</param>
/// <param name="next">Handles permitted requests.</param>
internal sealed class CommonNameAccess(CallAuth auth, IHttpFallback next) : IHttpFallback
{
    private const string Refusal = "CommonName of client sending a request against gateway will be ignored and not used as expected\n";

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context) =>
        auth.IsEnabled && GatewayRoutes.Covers(context.Request.Path.Value ?? "/")
            && context.Features.Get<ClientIdentity>()?.CommonName is not null
            ? PlainAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, Refusal)
            : next.HandleAsync(context);
}
