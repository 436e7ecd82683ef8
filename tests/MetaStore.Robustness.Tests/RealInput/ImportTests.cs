using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.RealInput;

/// <summary>Imports a directory tree of this machine as keys. METASTORE_IMPORT_FILES limits the number of files.</summary>
public sealed class ImportTests(ITestOutputHelper output)
{
    [SkippableTheory(DisplayName = "metactl import loads a directory tree; every member gives every file back")]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task Import_OfTheMachinesFiles_IsReadBackFromEveryMember(string engine)
    {
        var files = RobustnessRounds.From("METASTORE_IMPORT_FILES", 2000);
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();

        await using var metactl = ServerProcess.Start(Programs.Metactl,
            ["--endpoints", cluster.Endpoints, "import", "/usr/share", "--max-files", files.ToString(), "--verify"]);
        var code = await metactl.WaitForExitAsync(TimeSpan.FromMinutes(10));
        output.WriteLine(metactl.Output);
        foreach (var node in cluster.Nodes)
        {
            output.WriteLine($"{node.Name}: {node.Process!.ResidentBytes / 1_000_000} MB resident");
        }

        Assert.Equal(0, code);
        Assert.Contains("all 3 members agree", metactl.Output, StringComparison.Ordinal);
    }
}
