using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetaStore.Hosting.Tests;

/// <summary>What a host's configuration says to the member.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void Errors_AreThere_AllAtOnce_WithTheirKeys()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddMetaStoreServer(
            Section(("MetaStore:election-timeout", "soon"), ("MetaStore:elction-timeout", "1000"))));
        Assert.Contains(refused.Failures, line => line.Contains("MetaStore:election-timeout", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, line => line.Contains("MetaStore:elction-timeout", StringComparison.Ordinal));
    }

    [Fact]
    public void SecondMember_IsRefused() => Assert.Throws<InvalidOperationException>(
        () => new ServiceCollection().AddMetaStoreServer(Section()).AddMetaStoreServer(Section()));

    [Fact]
    public async Task SettingsOfTheLog_AreReported_AsTheHosts()
    {
        await using var host = new EmbeddedHost(("log-level", "debug"));
        await host.ServeAsync();
        Assert.Contains("Warning: MetaStore:log-level has no effect: the host's logging applies", host.Log);
        Assert.Contains(host.Log, line => line.Contains("ready to serve client requests", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Member_SaysItsAddresses()
    {
        await using var host = new EmbeddedHost(("listen-client-urls", "http://127.0.0.1:0"));
        Assert.Throws<InvalidOperationException>(() => host.Member.ClientEndPoints);
        await host.StartAsync();
        Assert.NotEqual(0, Assert.Single(host.Member.ClientEndPoints).Port);
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build().GetSection("MetaStore");
}
