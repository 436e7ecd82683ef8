using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetaStore.Client.Tests.DependencyInjection;

public sealed class MetaStoreClientServicesTests
{
    [Fact]
    public void Added_IsOneClientForAll()
    {
        var services = new ServiceCollection();
        services.AddMetaStoreClient(options => options.Endpoints = [new Uri("http://127.0.0.1:2379")]);
        services.AddKeyedMetaStoreClient("other", options => options.Endpoints = [new Uri("http://127.0.0.1:22379")]);
        using var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<MetaStoreClient>();

        Assert.Same(client, provider.GetRequiredService<MetaStoreClient>());
        Assert.NotSame(client, provider.GetRequiredKeyedService<MetaStoreClient>("other"));
    }

    [Fact]
    public void Options_ComeFromTheConfiguration()
    {
        var settings = new Dictionary<string, string?> { ["MetaStore:Endpoints:0"] = "http://10.0.0.1:2379", ["MetaStore:CommandTimeout"] = "00:00:02" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddMetaStoreClient().Bind(configuration.GetSection("MetaStore"));
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<MetaStoreClientOptions>>().Value;

        Assert.Equal(new Uri("http://10.0.0.1:2379"), Assert.Single(options.Endpoints));
        Assert.Equal(TimeSpan.FromSeconds(2), options.CommandTimeout);
    }

    [Fact]
    public void WrongOptions_AreAllNamed()
    {
        var services = new ServiceCollection();
        services.AddMetaStoreClient(options => options.CommandTimeout = TimeSpan.Zero);
        using var provider = services.BuildServiceProvider();

        var failures = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<MetaStoreClient>).Failures.ToArray();

        Assert.Equal(2, failures.Length);
        Assert.Contains("Endpoints", failures[0], StringComparison.Ordinal);
        Assert.Contains("CommandTimeout", failures[1], StringComparison.Ordinal);
    }
}
