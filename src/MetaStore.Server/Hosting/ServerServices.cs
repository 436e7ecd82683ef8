using MetaStore.IO;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting.Lifetime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MetaStore.Server.Hosting;

/// <summary>Registers a member with the services of a .NET host. For hosts of other programs see the project MetaStore.Hosting.</summary>
internal static class ServerServices
{
    /// <summary>
    /// Adds one member, a <see cref="MetaStoreHostedService"/> that the caller makes a service that starts and stops with the host. It opens the ports and
    /// the data directory of <paramref name="configuration"/>, and logs to the host's <see cref="Microsoft.Extensions.Logging.ILoggerFactory"/>.
    /// </summary>
    /// <remarks>
    /// A member whose disk fails or whose data is damaged must not continue: unless the host registers another <see cref="IFatalHandler"/> before, the
    /// process then ends with one line and one of <see cref="ExitCodes"/>.
    /// </remarks>
    /// <param name="services">The services of the host.</param>
    /// <param name="configuration">From <see cref="ConfigurationLoader"/>, which takes a section of the host's configuration or a command line.</param>
    /// <exception cref="OptionsValidationException">The configuration has errors; the message has one line for each.</exception>
    /// <exception cref="InvalidOperationException">A member is already registered: a process holds one.</exception>
    public static IServiceCollection AddMember(this IServiceCollection services, ConfigurationResult configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(MetaStoreHostedService)))
        {
            throw new InvalidOperationException("This host has a MetaStore member already.");
        }

        if (configuration.Errors.Count > 0)
        {
            throw new OptionsValidationException(
                nameof(MetaStoreOptions), typeof(MetaStoreOptions), ConfigurationText.Errors(configuration.Errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        services.AddSingleton(configuration);
        services.TryAddSingleton<IFatalHandler>(ProcessFatalHandler.Instance);
        return services.AddSingleton<MetaStoreHostedService>();
    }
}
