using MetaStore.Client;
using MetaStore.Client.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// The namespace in which ASP.NET and the generic host find extension methods without a using.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="MetaStoreClient"/> in the services of an application.</summary>
public static class MetaStoreClientServices
{
    /// <summary>Adds one client for the whole application, created at its first use and disposed with the application.</summary>
    /// <param name="services">Services of the application.</param>
    /// <param name="configure">Sets the options; null when only the configuration does.</param>
    /// <returns>The options, to be bound to a section of the configuration or validated on start.</returns>
    /// <exception cref="OptionsValidationException">At the first use (or at start): lists every error of the options.</exception>
    public static OptionsBuilder<MetaStoreClientOptions> AddMetaStoreClient(this IServiceCollection services, Action<MetaStoreClientOptions>? configure = null)
    {
        services.TryAddSingleton(static provider => Make(provider, Options.Options.DefaultName));
        return AddOptions(services, Options.Options.DefaultName, configure);
    }

    /// <summary>As above, for applications with several clusters: <c>[FromKeyedServices("name")] MetaStoreClient client</c>.</summary>
    /// <inheritdoc cref="AddMetaStoreClient(IServiceCollection, Action{MetaStoreClientOptions}?)"/>
    public static OptionsBuilder<MetaStoreClientOptions> AddKeyedMetaStoreClient(
        this IServiceCollection services, string name, Action<MetaStoreClientOptions>? configure = null)
    {
        services.TryAddKeyedSingleton(name, static (provider, key) => Make(provider, (string)key!));
        return AddOptions(services, name, configure);
    }

    private static MetaStoreClient Make(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<MetaStoreClientOptions>>().Get(name);
        return new MetaStoreClient(options with { LoggerFactory = options.LoggerFactory ?? provider.GetService<ILoggerFactory>() });
    }

    private static OptionsBuilder<MetaStoreClientOptions> AddOptions(IServiceCollection services, string name, Action<MetaStoreClientOptions>? configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MetaStoreClientOptions>, ClientOptionsValidation>());
        var options = services.AddOptions<MetaStoreClientOptions>(name);
        return configure is null ? options : options.Configure(configure);
    }
}
