using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>The part of <c>make robustness</c> that runs with every test run: a few of the most common faults, with separate networks and disks.</summary>
public sealed class FaultSmokeTests(ITestOutputHelper output)
{
    private const int NotAllowed = 77;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [SkippableTheory]
    [InlineData("memory", "kill 1 power-cut 1")]
    [InlineData("rocksdb", "disk-error 1 kill 1")]
    [InlineData("memory", "--secured --calls stream pause 1 partition 1")]
    [RowOnRequest("memory", "--calls stream pause 1 partition 1")]
    [RowOnRequest("memory", "--secured kill 2 power-cut 1 pause 1 partition 1")]
    [RowOnRequest("rocksdb", "--secured disk-error 1 kill 2 power-cut 1")]
    public async Task Members_UnderFaults_LoseNothing_AndStayLinearizable(string engine, string faults)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "metafault");
        await using var run = ServerProcess.Start(program, ["run", "--engine", engine, .. faults.Split(' ')]);
        var code = await run.WaitForExitAsync(Limit);
        output.WriteLine(run.Output);
        Skip.If(code == NotAllowed, run.Output);
        Assert.True(code == 0, run.Output);
    }
}
