using MetaStore.Client;
using MetaStore.Hosting;
using MetaStore.IO;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Server.Listening.InProcess;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

// The namespace in which ASP.NET and the generic host find extension methods without a using.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a MetaStore member, its client and its health check with a .NET host.</summary>
public static class MetaStoreServerServices
{
    /// <summary>
    /// Adds one member, which starts and stops with the host, in the order of the registrations. It opens the ports and the data directory of the
    /// configuration, and logs to the host's loggers. <see cref="MetaStoreMember"/> is a service then.
    /// </summary>
    /// <remarks>
    /// Starting the host fails with <see cref="MetaStoreStartException"/> when the member cannot start. When its disk fails, its data is found damaged or
    /// it is removed from its cluster, it stops the host and sets <see cref="Environment.ExitCode"/>; if the host does not stop within its
    /// <see cref="Hosting.HostOptions.ShutdownTimeout"/>, a failed member ends the process.
    /// </remarks>
    /// <param name="services">Services of the host.</param>
    /// <param name="configuration">
    /// A section with the keys of a configuration file, flags of metastore or the tree <c>server</c>. It is read now: later changes have no effect.
    /// </param>
    /// <exception cref="OptionsValidationException">The configuration has errors; the message has one line for each.</exception>
    /// <exception cref="InvalidOperationException">The host has a member already.</exception>
    public static IServiceCollection AddMetaStoreServer(this IServiceCollection services, IConfiguration configuration) => services
        .AddMember(ConfigurationLoader.Load(configuration))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<HostFatalHandler>(provider, ProcessFatalHandler.Instance))
        .AddSingleton<IFatalHandler>(provider => provider.GetRequiredService<HostFatalHandler>())
        .AddSingleton<InProcessTransport>()
        .AddSingleton<InProcessHandler>()
        .AddSingleton(provider => new MetaStoreMember(provider.GetRequiredService<MetaStoreHostedService>()))
        .AddSingleton<MemberService>()
        .AddHostedService(provider => provider.GetRequiredService<MemberService>());

    /// <summary>
    /// Adds a <see cref="MetaStoreClient"/> of this host's member, as <see cref="MetaStoreClientServices.AddMetaStoreClient"/> does, without a network between the two.
    /// Calls made before the member has started wait for it, within their timeout.
    /// </summary>
    /// <remarks>Like every client it reads and writes through the cluster: without a quorum, calls fail.</remarks>
    /// <param name="services">Services of the host.</param>
    /// <param name="configure">Sets other options than the endpoint; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">At the first use: the host has no member.</exception>
    public static OptionsBuilder<MetaStoreClientOptions> AddInProcessMetaStoreClient(this IServiceCollection services, Action<MetaStoreClientOptions>? configure = null) =>
        services.AddMetaStoreClient(configure).Configure<IServiceProvider>(static (options, provider) =>
        {
            options.Endpoints = [InProcessHandler.Address];
            options.HttpHandler = provider.GetService<InProcessHandler>()
                ?? throw new InvalidOperationException("This host has no MetaStore member: AddMetaStoreServer adds one.");
        });

    /// <summary>Adds the check that this host's member serves: it has a quorum, is no learner, and its data is not known to be damaged.</summary>
    /// <remarks>It makes a linearizable read, and with it costs a round trip to a quorum.</remarks>
    /// <param name="builder">From <c>AddHealthChecks</c>.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="failureStatus">Reported when it fails; null for unhealthy.</param>
    /// <param name="tags">Tags to select it by.</param>
    public static IHealthChecksBuilder AddMetaStoreServer(
        this IHealthChecksBuilder builder, string name = "metastore", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        builder.Services.TryAddSingleton<MemberHealthCheck>();
        return builder.Add(new HealthCheckRegistration(name, provider => provider.GetRequiredService<MemberHealthCheck>(), failureStatus, tags));
    }
}
