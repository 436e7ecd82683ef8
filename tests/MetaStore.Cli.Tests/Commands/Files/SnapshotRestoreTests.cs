namespace MetaStore.Cli.Tests.Commands.Files;

/// <summary>What is no backup is refused, and leaves no directory and no file.</summary>
public sealed class SnapshotRestoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("restore-").FullName;

    private string Target => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task FromInput_ThatIsNoBackup_LeavesNothing()
    {
        var (code, output, error) = await RestoreAsync("-", "no backup");
        Assert.Equal((1, string.Empty), (code, output));
        Assert.StartsWith($"Error: {Target}.received: ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task IntoADirectoryInUse_LeavesItsFiles()
    {
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "mine"), "x");
        Assert.Equal((1, string.Empty, $"Error: data-dir \"{Target}\" not empty or could not be read\n"), await RestoreAsync("-", "no backup"));
        Assert.Equal(["data"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
        Assert.True(File.Exists(Path.Combine(Target, "mine")));
    }

    [Theory]
    [InlineData("default=http://h:1?x=1", "\"default=http://h:1?x=1\" is not of the form name=http://host:port or name=https://host:port")]
    [InlineData("a=http://h:1,default=http://h:1/x", "\"default=http://h:1/x\" is not of the form name=http://host:port or name=https://host:port")]
    public async Task InitialCluster_WithMoreThanHostAndPort_IsRefused(string cluster, string why) => Assert.Equal(
        (128, string.Empty, $"Error: --initial-cluster: {why}\n"), await RestoreAsync("-", string.Empty, "--initial-cluster", cluster));

    [Fact]
    public async Task Engine_ThatIsUnknown_IsRefused()
    {
        var (code, _, error) = await RestoreAsync("-", string.Empty, "--engine=leveldb");
        Assert.Equal(128, code);
        Assert.Contains("'leveldb'", error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RestoreAsync(string file, string input, params string[] flags) =>
        InProcess.RunAsync(["snapshot", "restore", file, "--data-dir", Target, .. flags], input, new Dictionary<string, string>());
}
