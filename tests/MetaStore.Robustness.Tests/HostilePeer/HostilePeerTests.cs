using System.Globalization;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.HostilePeer;

/// <summary>The part of <c>make hostile-peer</c> that runs with every test run. METASTORE_HOSTILE_PEER_MESSAGES and _SEED set size and seed.</summary>
public sealed class HostilePeerTests(ITestOutputHelper output)
{
    private const int MessagesUsual = 40_000;

    [SkippableTheory(DisplayName = "frames of every type, lane and size at the peer ports: no member ends, all hold the same, nothing is lost, memory comes back")]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task Members_UnderHostilePeerTraffic_StayWhole(string engine)
    {
        int messages = RobustnessRounds.From("METASTORE_HOSTILE_PEER_MESSAGES", MessagesUsual);
        int seed = RobustnessRounds.From("METASTORE_HOSTILE_PEER_SEED", 1);
        var program = Path.Combine(AppContext.BaseDirectory, "metafault");
        string[] arguments = ["hostile-peer", "--engine", engine, "--messages", Text(messages), "--seed", Text(seed)];
        await using var run = ServerProcess.Start(program, arguments);
        var code = await run.WaitForExitAsync(TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(messages));
        output.WriteLine(run.Output);
        Assert.True(code == 0, run.Output);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
