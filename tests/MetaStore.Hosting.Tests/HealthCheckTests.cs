using MetaStore.Testing.Processes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MetaStore.Hosting.Tests;

/// <summary>The host's health check of the member.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public async Task Member_IsHealthy_WhileItServes()
    {
        // The page that answers is open to the host itself, whatever names other callers may use.
        await using var host = new EmbeddedHost(("host-whitelist", "metastore.example.org"));
        HealthReportEntry before = await host.CheckAsync();
        Assert.Equal((HealthStatus.Unhealthy, "the member is not running"), (before.Status, before.Description));
        await host.ServeAsync();
        Assert.Equal((HealthStatus.Healthy, null), (await host.CheckAsync() is { } serving ? (serving.Status, serving.Description) : default));
        await host.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await host.CheckAsync()).Status);
    }

    [Fact]
    public async Task Member_WithoutAQuorum_IsNot_AndSaysWhichCheckFails()
    {
        int[] absent = FreePorts.Take(2);
        string peer = $"http://127.0.0.1:{absent[0]}";
        await using var host = new EmbeddedHost(
            ("initial-advertise-peer-urls", peer), ("listen-peer-urls", peer), ("initial-cluster", $"default={peer},other=http://127.0.0.1:{absent[1]}"));
        await host.StartAsync();
        HealthReportEntry entry = await host.CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("[-]linearizable_read failed: ", entry.Description, StringComparison.Ordinal);
    }
}
