using MetaStore.Client;

namespace ReloadedConfiguration;

/// <summary>Adds keys of a cluster to the configuration.</summary>
internal static class MetaStoreConfiguration
{
    /// <summary>Adds the keys under a prefix; "/" in the rest of a key separates sections.</summary>
    /// <param name="builder">The configuration. Sources that were added before have lower precedence.</param>
    /// <param name="options">Of the client, which belongs to the configuration.</param>
    /// <param name="prefix">Such as "config/".</param>
    public static IConfigurationBuilder AddMetaStore(this IConfigurationBuilder builder, MetaStoreClientOptions options, string prefix) =>
        builder.Add(new Source(options, prefix));

    private sealed class Source(MetaStoreClientOptions options, string prefix) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new MetaStoreConfigurationProvider(options, prefix);
    }
}
