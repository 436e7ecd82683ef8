using System.Net;
using MetaStore.Server.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MetaStore.Hosting;

/// <summary>The member's page /readyz as a health check of the host.</summary>
internal sealed class MemberHealthCheck(MemberService member, InProcessHandler handler, ConfigurationResult configuration) : IHealthCheck, IDisposable
{
    private static readonly Uri Page = new(InProcessHandler.Address, "/readyz");

    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: false);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!member.IsRunning)
        {
            return Failed(context, "the member is not running");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, Page) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        // The page is served to the names of host-whitelist only.
        request.Headers.Host = configuration.Options.Limits.HostWhitelist.FirstOrDefault(name => name != "*");
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            string checks = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
            return response.IsSuccessStatusCode ? HealthCheckResult.Healthy() : Failed(context, checks);
        }
        catch (HttpRequestException failure)
        {
            return Failed(context, failure.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static HealthCheckResult Failed(HealthCheckContext context, string why) => new(context.Registration.FailureStatus, why);
}
