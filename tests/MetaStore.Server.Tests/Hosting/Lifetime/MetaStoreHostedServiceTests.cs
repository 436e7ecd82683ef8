using System.Collections;
using MetaStore.IO;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Testing.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MetaStore.Server.Tests.Hosting.Lifetime;

/// <summary>A member in an existing .NET host.</summary>
public sealed class MetaStoreHostedServiceTests : IDisposable, IFatalHandler
{
    private readonly string _directory = Directory.CreateTempSubdirectory("metastore-hosted-test-").FullName;
    private readonly int[] _ports = FreePorts.Take(2);

    [Fact]
    public async Task Host_StartsAndStopsTheMember_InItsOrder()
    {
        for (int life = 0; life < 2; life++)
        {
            var around = new Neighbour(Url);
            using IHost host = HostOf(services => services.AddHostedService(_ => around));
            await host.StartAsync();
            MetaStoreHost member = host.Services.GetRequiredService<MetaStoreHostedService>().Member;
            Assert.Equal(_ports[0], Assert.Single(member.ClientEndPoints).Port);
            await member.Serving.WaitAsync(TimeSpan.FromSeconds(30));
            await host.StopAsync();

            // Registered after the member, so it starts after and stops before it; the second host finds the directory unlocked.
            Assert.Equal(["started: member answers", "stopping: member answers"], around.Seen);
            await Assert.ThrowsAsync<HttpRequestException>(() => Neighbour.AskAsync(Url));
        }
    }

    [Fact]
    public async Task Member_ThatCannotStart_IsTheHostsFailure_WithLineAndCode()
    {
        using IHost first = HostOf(_ => { });
        await first.StartAsync();
        using IHost second = HostOf(_ => { });
        StartException failure = await Assert.ThrowsAsync<StartException>(() => second.StartAsync());
        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Contains(Url.Authority, failure.Message, StringComparison.Ordinal);
        await first.StopAsync();
    }

    [Fact]
    public async Task Host_ThatIsToStopBeforeItStarts_TouchesNothing()
    {
        using IHost host = HostOf(_ => { });
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.StartAsync());
        await host.StopAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public void SecondMember_InOneHost_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => HostOf(services => services.AddMember(Options())));

    [Fact]
    public void ConfigurationWithErrors_IsRefused_WithAllOfThem()
    {
        ConfigurationResult wrong = ConfigurationLoader.Load(["--nonsense=1", "--election-timeout=x"], new Hashtable(), _ => TextReader.Null);
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddMember(wrong));
        Assert.Contains(refused.Failures, line => line.Contains("--nonsense", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, line => line.Contains("--election-timeout", StringComparison.Ordinal));
    }

    void IFatalHandler.OnFatal(int exitCode, string reason) => throw new InvalidOperationException($"{exitCode}: {reason}");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Uri Url => new($"http://127.0.0.1:{_ports[0]}");

    private IHost HostOf(Action<IServiceCollection> others)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IFatalHandler>(this).AddMember(Options())
            .AddHostedService(provider => provider.GetRequiredService<MetaStoreHostedService>());
        others(builder.Services);
        return builder.Build();
    }

    /// <summary>As in an appsettings.json of the host: names of flags and the sections of configs/config.yaml.</summary>
    private ConfigurationResult Options() => ConfigurationLoader.Load(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["MetaStore:data-dir"] = _directory,
        ["MetaStore:listen-client-urls:0"] = Url.OriginalString,
        ["MetaStore:advertise-client-urls"] = Url.OriginalString,
        ["MetaStore:listen-peer-urls"] = $"http://127.0.0.1:{_ports[1]}",
        ["MetaStore:initial-advertise-peer-urls"] = $"http://127.0.0.1:{_ports[1]}",
        ["MetaStore:Server:Raft:Heartbeat_Interval"] = "20ms",
        ["MetaStore:Server:Raft:Election_Timeout"] = "200ms",
    }).Build().GetSection("MetaStore"));

    /// <summary>Another service of the host, which depends on the member.</summary>
    private sealed class Neighbour(Uri url) : IHostedService
    {
        public List<string> Seen { get; } = [];

        public static async Task AskAsync(Uri url)
        {
            using var http = new HttpClient();
            await http.GetStringAsync(new Uri(url, "/version"));
        }

        public Task StartAsync(CancellationToken cancellationToken) => NoteAsync("started");

        public Task StopAsync(CancellationToken cancellationToken) => NoteAsync("stopping");

        private async Task NoteAsync(string when)
        {
            await AskAsync(url);
            Seen.Add($"{when}: member answers");
        }
    }
}
