using Grpc.Core;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>The log output of a real member, on a terminal and for slow requests.</summary>
public sealed class LogTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [SkippableTheory]
    [InlineData("--version", "etcd Version:")]
    [InlineData("--log-format=json --election-timeout=1ms --name=terminal", "metastore: ")]
    [InlineData("--data-dir=/proc/none --listen-client-urls=http://127.0.0.1:0 --advertise-client-urls=http://127.0.0.1:0 --listen-peer-urls=http://127.0.0.1:0", "{\"level\":")]
    public async Task OnATerminal_NothingComesBeforeTheFirstLine(string arguments, string first)
    {
        Skip.IfNot(File.Exists("/usr/bin/script"), "script is not installed");
        await using var terminal = ServerProcess.Start("/usr/bin/script", ["-qec", $"{Programs.MetaStore} {arguments}", "/dev/null"]);
        await terminal.WaitForExitAsync(Limit);
        Assert.StartsWith(first, terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', terminal.Output);
    }

    [Fact]
    public async Task SlowWrite_SaysWhereTheTimeWent_WithoutItsValue()
    {
        await using var cluster = ProcessCluster.OfMetaStore(2, "--warning-unary-request-duration", "1s");
        await cluster.StartAsync();
        var node = cluster.Nodes[0];
        using var client = Faults.ClusterProbe.ClientOf(node);
        await client.Kv.PutAsync("slow/key", "before");

        // The other member is suspended for a while, and a write waits for a quorum.
        cluster.Nodes[1].Process!.Pause();
        var put = client.Kv.PutAsync("slow/key", "a secret");
        await Task.WhenAny(put, Task.Delay(TimeSpan.FromSeconds(1.5)));
        cluster.Nodes[1].Process!.Resume();
        try
        {
            await put;
        }
        catch (RpcException)
        {
            // The leader may have lost its leadership; the line is logged anyway.
        }

        await Eventually.TrueAsync(() => Line(node) is not null, Limit, () => node.Process!.Output);
        var line = Line(node)!;
        Assert.Contains("\"response type\":\"/etcdserverpb.KV/Put\"", line, StringComparison.Ordinal);
        Assert.Contains("key:\\\"slow/key\\\" value_size:8", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    private static string? Line(ClusterNode node) =>
        node.Process!.Output.Split('\n').FirstOrDefault(line => line.Contains("\"msg\":\"request stats\"", StringComparison.Ordinal));
}
