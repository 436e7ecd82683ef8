using MetaStore.Testing.DataDriven;

namespace MetaStore.Raft.Tests.DataDriven;

/// <summary>Runs the scripts in testdata. METASTORE_REWRITE=1 writes the actual events into them, for review as a diff.</summary>
public sealed class ClusterScriptTests
{
    public static TheoryData<string> Stories =>
        [.. ScriptFile.In("tests/MetaStore.Raft.Tests/DataDriven/testdata").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Stories))]
    public void Script_Run_PrintsTheExpectedEvents(string name)
    {
        string path = ScriptFile.In("tests/MetaStore.Raft.Tests/DataDriven/testdata").Single(file => Path.GetFileName(file) == name);
        var cluster = new ClusterScript();
        string? difference = ScriptFile.Run(path, cluster.Run);
        Assert.True(difference is null, difference);
    }
}
