using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Soak;

/// <summary>A short part of <c>make soak</c>. METASTORE_SOAK_SECONDS sets the duration.</summary>
/// <remarks>In a minute memory still rises, since caches fill and code is compiled, so only losses and unexpected ends fail this test, not slopes.</remarks>
public sealed class SoakTests(ITestOutputHelper output)
{
    private static readonly string[] s_tasks =
        ["backups", "batching modes", "defragmentations", "guests added", "guests removed", "leases", "logins", "moved leaders", "rotations", "space alarms", "watches"];

    [SkippableTheory]
    [InlineData("memory", 14)]
    [RowOnRequest("rocksdb", 40)]
    public async Task Members_UnderEverythingAtShortIntervals_LoseNothing(string engine, int usualSeconds)
    {
        int seconds = RobustnessRounds.From("METASTORE_SOAK_SECONDS", usualSeconds);
        string program = Path.Combine(AppContext.BaseDirectory, "metafault");
        await using ServerProcess run = ServerProcess.Start(program, ["soak", "--engine", engine, "--minutes", $"{seconds / 60.0:0.00}", "--period", "5", "--losses-only"]);
        int code = await run.WaitForExitAsync(TimeSpan.FromSeconds(seconds) + TimeSpan.FromMinutes(4));
        output.WriteLine(run.Output);
        Assert.True(code == 0, run.Output);
        string[] lines = run.Output.Split('\n');
        Assert.All(s_tasks, task => Assert.Contains(lines, line => line.StartsWith($"{task}: ", StringComparison.Ordinal) && !line.StartsWith($"{task}: 0", StringComparison.Ordinal)));
    }
}
