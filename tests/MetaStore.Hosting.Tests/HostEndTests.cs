using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace MetaStore.Hosting.Tests;

/// <summary>A member that ends its host, and one that does not start.</summary>
[Collection(nameof(ExitCodeCollection))]
public sealed class HostEndTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public void Dispose() => Environment.ExitCode = 0;

    [Fact]
    public async Task MemberThatCannotStart_FailsTheStart_WithItsCode()
    {
        await using var first = new EmbeddedHost();
        await first.StartAsync();
        await using var second = new EmbeddedHost(("listen-client-urls", first.ClientUrl));
        MetaStoreStartException failure = await Assert.ThrowsAsync<MetaStoreStartException>(second.StartAsync);
        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Contains(first.ClientUrl, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_StopsTheHost_WithItsCode()
    {
        // The state is written every ten entries.
        await using var host = new EmbeddedHost(("snapshot-count", "10"));
        await host.ServeAsync();
        Directory.Delete(host.Directory, recursive: true);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(host.Stopping);
        for (int put = 0; put < 1000 && !host.Stopping.IsCancellationRequested; put++)
        {
            await Record.ExceptionAsync(() => host.Client.Kv.PutAsync("key", "value", watch.Token));
        }

        await Eventually.TrueAsync(() => host.Stopping.IsCancellationRequested, Limit, () => "the host stops");
        Assert.Equal(ExitCodes.IoError, Environment.ExitCode);
        await host.StopAsync().WaitAsync(Limit);
        Assert.Contains(host.Log, line => line.StartsWith("Critical: The member must not continue and stops its host, with exit code 74: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnlyTheFirstFault_Counts()
    {
        await using var host = new EmbeddedHost();
        await host.ServeAsync();
        var fatal = host.Services.GetRequiredService<IFatalHandler>();
        fatal.OnFatal(ExitCodes.WalCorrupt, "the first");
        fatal.OnFatal(ExitCodes.InvariantBroken, "the second");
        await Eventually.TrueAsync(() => host.Stopping.IsCancellationRequested, Limit, () => "the host stops");
        Assert.Equal(ExitCodes.WalCorrupt, Environment.ExitCode);
        Assert.DoesNotContain(host.Log, line => line.Contains("the second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removal_StopsTheHost_WithItsCode()
    {
        await using var first = new EmbeddedHost(("strict-reconfig-check", "false"));
        await first.ServeAsync();
        int[] ports = FreePorts.Take(2);
        string peer = $"http://127.0.0.1:{ports[1]}";
        MemberAddResponse added = await first.Client.Cluster.MemberAddAsync(new MemberAddRequest { PeerURLs = { peer } });
        await using var joined = new EmbeddedHost(
            ports, ("name", "second"), ("initial-cluster-state", "existing"), ("initial-cluster", $"default={first.PeerUrl},second={peer}"));
        await joined.ServeAsync();
        await first.Client.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = added.Member.ID });
        await Eventually.TrueAsync(() => joined.Stopping.IsCancellationRequested, Limit, () => "the removed member stops its host");
        Assert.Equal(ExitCodes.Removed, Environment.ExitCode);
        await first.Client.Kv.PutAsync("still", "there");
    }
}
