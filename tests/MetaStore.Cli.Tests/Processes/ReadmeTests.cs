using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>Runs the commands of README.md for a running cluster, unchanged except for addresses and durations, twice: the second run finds the state left by the first.</summary>
[Collection(nameof(OneAtATime))]
public sealed partial class ReadmeTests(BatchTests.ThreeMembers members) : IClassFixture<BatchTests.ThreeMembers>
{
    [SkippableFact]
    public async Task Commands_RunTwice()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        var commands = Command().Matches(await File.ReadAllTextAsync(Path.Combine(Programs.SourceTree, "README.md"))).Select(match => match.Value).ToArray();
        Assert.Equal(11, commands.Length);

        // One script: a process for each command would take longer than the commands.
        var lines = commands.Select(command => command
            .Replace("batch compare", "batch compare --force --loads 1 --rounds 1 --seconds 0.02", StringComparison.Ordinal)
            .Replace("compare.html", Path.Combine(Path.GetTempPath(), $"readme-{Environment.ProcessId}.html"), StringComparison.Ordinal)
            .Replace("batch watch", "batch watch --count 1", StringComparison.Ordinal)
            .Replace("out/metactl", Programs.Metactl, StringComparison.Ordinal)
            .Replace("127.0.0.1:2379,127.0.0.1:22379,127.0.0.1:32379", members.All, StringComparison.Ordinal)
            .Replace("127.0.0.1:2379", members.Leader, StringComparison.Ordinal));
        string script = $"set -e\nfor run in 1 2; do\n{string.Join('\n', lines)}\ndone\n";
        var variables = new Dictionary<string, string> { ["METACTL_ENDPOINTS"] = members.Leader, ["ETCDCTL_API"] = "3" };
        var (code, output) = await OneMember.EndAsync(ServerProcess.Start("/bin/bash", ["-c", script], variables));

        Assert.True(code == 0, output);
        Assert.Equal(2, Regex.Count(output, "^hello\nworld$", RegexOptions.Multiline));
        Assert.Equal(2, Regex.Count(output, "\"value\":\"d29ybGQ=\""));
    }

    [GeneratedRegex("^(?:out/metactl|etcdctl|curl) .*$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
