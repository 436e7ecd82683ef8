using System.Globalization;
using System.Net;
using MetaStore.Robustness.HostileClient;
using MetaStore.Testing;
using MetaStore.Testing.HostileClient;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Descriptors;

/// <summary>A low limit of file descriptors and more clients than it allows. METASTORE_EXHAUSTIVE=1 tries every limit in steps of 16.</summary>
public sealed class DescriptorLimitTests
{
    /// <summary>With fewer, the .NET runtime fails before the program starts.</summary>
    private const int RuntimeNeeds = 24;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, int> Limits
    {
        get
        {
            var isExhaustive = RobustnessRounds.From("METASTORE_EXHAUSTIVE", 0) > 0;
            int[] limits = isExhaustive ? [.. Enumerable.Range(1, 256).Select(i => 16 * i)] : [16, 24, 64, 256, 367, 368, 1024, 4096];
            var data = new TheoryData<string, int>();
            foreach (var limit in limits)
            {
                data.Add("memory", limit);
            }

            foreach (var limit in isExhaustive ? limits : [368, 1024])
            {
                data.Add("rocksdb", limit);
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Limits))]
    public async Task MoreConnectionsThanDescriptors_AMemberServes_OrSaysAtOnceThatItCannot(string engine, int limit)
    {
        await using var member = LimitedMember.Start(engine, limit);
        if (await member.HasEndedBeforeReadyAsync(Patience))
        {
            Assert.True(member.Process.ExitCode == 64 || (limit < RuntimeNeeds && member.Process.ExitCode != 0), $"code {member.Process.ExitCode}: {member.Process.Output}");
            if (member.Process.ExitCode == 64)
            {
                var line = Assert.Single(member.Process.Output.Split('\n'));
                Assert.StartsWith($"metastore: the limit of open files is {limit}, and a member with the engine ", line, StringComparison.Ordinal);
            }

            return;
        }

        Assert.True(limit >= 368);
        Assert.Equal(limit, await member.MetricAsync("process_max_fds"));
        using var careful = new CarefulClient(member.Url);
        using var end = new CancellationTokenSource();
        var puts = careful.RunAsync(end.Token);
        await Eventually.TrueAsync(() => careful.Puts > 0, Patience, () => "no put succeeds");

        var open = new List<RawConnection>();
        for (var i = 0; i < limit + 200; i++)
        {
            if (await RawConnection.TryOpenHttp2Async(member.EndPoint) is { } connection)
            {
                open.Add(connection);
            }
        }

        await Eventually.TrueAsync(
            () => open.Count(connection => !connection.Closed.IsCompleted) < limit && open.Any(connection => connection.Closed.IsCompleted), Patience,
            () => "no connection is refused");
        Assert.True(member.Process.IsRunning, member.Process.Output);
        var held = Directory.EnumerateFileSystemEntries($"/proc/{member.Process.Id}/fd").Count();
        Assert.True(held <= limit - 32, $"{held} of {limit} descriptors are open");
        var before = careful.Puts;
        await Eventually.TrueAsync(() => careful.Puts > before + 10, Patience, () => "the first client is no longer served");
        open.ForEach(connection => connection.Dispose());
        await end.CancelAsync();
        await puts;
        Assert.Empty(careful.Errors);

        await Eventually.TrueAsync(async () => await member.TryMetricAsync("metastore_client_connections_refused_total") > 0, Patience, () => "no new client is served");
        Assert.Contains("client connections are already open", member.Process.Output, StringComparison.Ordinal);
        await member.Process.TerminateAsync();
        Assert.Equal(0, member.Process.ExitCode);
    }

    [Fact]
    public async Task SoftLimit_IsRaisedToTheHardOne()
    {
        await using var member = LimitedMember.Start("memory", 700, softLimit: 100);
        Assert.False(await member.HasEndedBeforeReadyAsync(Patience), member.Process.Output);
        Assert.Equal(700, await member.MetricAsync("process_max_fds"));
    }

    [Fact]
    public async Task ClientConnections_OverTheSetting_AreRefused()
    {
        await using var member = LimitedMember.Start("memory", 1024, softLimit: 1024, "--max-client-connections", "3");
        Assert.False(await member.HasEndedBeforeReadyAsync(Patience), member.Process.Output);
        Assert.Equal(3, await member.MetricAsync("metastore_client_connections_max"));
    }

    /// <summary>The limit is lowered while the member runs, which the check at the start cannot cover.</summary>
    [Fact]
    public async Task NoDescriptorForAConnection_TheMemberWaitsWithoutSpinning_AndAcceptsLater()
    {
        await using var member = LimitedMember.StartWithFixedThreads("memory", 1024);
        Assert.False(await member.HasEndedBeforeReadyAsync(Patience), member.Process.Output);
        using var careful = new CarefulClient(member.Url);
        using var end = new CancellationTokenSource();
        var puts = careful.RunAsync(end.Token);
        await Eventually.TrueAsync(() => careful.Puts > 100, Patience, () => "no put succeeds");
        await member.MetricAsync("process_open_fds");
        await end.CancelAsync();
        await puts;

        var held = Directory.EnumerateFileSystemEntries($"/proc/{member.Process.Id}/fd").Count();
        await member.LimitAsync(held);
        var waiting = new List<RawConnection>();
        for (var i = 0; i < 50; i++)
        {
            waiting.Add((await RawConnection.TryOpenHttp2Async(member.EndPoint))!);
        }

        await Eventually.TrueAsync(() => member.Process.Output.Contains("out of file descriptors", StringComparison.Ordinal), Patience, () => member.Process.Output);

        // A new process still compiles methods; one with a busy loop uses CPU time in every second.
        var share = 1.0;
        await Eventually.TrueAsync(
            async () => (share = await ShareOfACoreAsync(member.Process, TimeSpan.FromSeconds(1))) < 0.3,
            Patience,
            () => string.Create(CultureInfo.InvariantCulture, $"{share:P0} of a core is used to wait for a descriptor"));
        Assert.True(member.Process.IsRunning, member.Process.Output);

        await member.LimitAsync(1024);
        await Eventually.TrueAsync(async () => await member.TryMetricAsync("metastore_client_connections") >= 50, Patience, () => "the waiting connections are not accepted");
        waiting.ForEach(connection => connection.Dispose());
    }

    private static async Task<double> ShareOfACoreAsync(ServerProcess process, TimeSpan during)
    {
        var used = process.ProcessorTime;
        await Task.Delay(during);
        return (process.ProcessorTime - used) / during;
    }
}
