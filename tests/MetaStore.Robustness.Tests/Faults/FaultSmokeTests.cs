using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>The part of <c>make robustness</c> that every test run has time for: a few of each of the commonest faults, on networks and disks of their own.</summary>
public sealed class FaultSmokeTests(ITestOutputHelper output)
{
    private const int NotAllowed = 77;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [SkippableTheory]
    [InlineData("memory", "kill 1 power-cut 1 partition 1")]
    [InlineData("rocksdb", "power-cut 1 disk-error 1")]
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
