using System.Text.RegularExpressions;
using MetaStore.Cli.Tests.Processes;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Certificates;

/// <summary>The quick start of docs/security.md, as it is written there except for folder and ports, and what the revocation at its end does.</summary>
[Collection(nameof(OneAtATime))]
public sealed partial class SecurityQuickStartTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("quick-start-").FullName;
    private readonly int[] _ports = FreePorts.Take(2);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Commands_MakeAMemberWithMutualTls_AndARevokedClientIsRefused()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        var commands = await CommandsAsync();
        var start = commands.FindIndex(command => command.StartsWith("metastore ", StringComparison.Ordinal));
        await RunAllAsync(commands[..start]);
        await using var member = ServerProcess.Start("/bin/bash", ["-c", Regex.Replace(commands[start], "^metastore ", $"exec {Programs.MetaStore} ")]);
        await Eventually.TrueAsync(async () => (await RunAsync(commands[start + 1])).Code == 0, Limit, () => member.Output);

        var etcdctl = $"etcdctl --endpoints https://127.0.0.1:{_ports[0]} --cacert {_folder}/pki/ca.crt --cert {_folder}/pki/app.crt --key {_folder}/pki/app.key get k --print-value-only";
        Assert.Equal((0, "v"), await RunAsync(etcdctl));
        await RunAllAsync(["metactl cert client other --dir " + _folder + "/pki", .. commands[(start + 2)..]]);

        await Eventually.TrueAsync(async () => (await RunAsync(etcdctl.Replace("etcdctl ", "etcdctl --dial-timeout=1s --command-timeout=1s ", StringComparison.Ordinal))).Code != 0, Limit, () => member.Output);
        Assert.Equal((0, "v"), await RunAsync(etcdctl.Replace("/app.", "/other.", StringComparison.Ordinal)));
    }

    private async Task<List<string>> CommandsAsync()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Programs.SourceTree, "docs", "security.md"));
        var block = QuickStart().Match(page).Groups["commands"].Value.Replace("\\\n", " ", StringComparison.Ordinal)
            .Replace(":2379", $":{_ports[0]}", StringComparison.Ordinal).Replace(":2380", $":{_ports[1]}", StringComparison.Ordinal)
            .Replace("pki", $"{_folder}/pki", StringComparison.Ordinal).Replace("n1.metastore", $"{_folder}/n1", StringComparison.Ordinal);
        List<string> commands = [.. block.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(7, commands.Count);
        return commands;
    }

    private static async Task RunAllAsync(IEnumerable<string> commands)
    {
        foreach (var command in commands)
        {
            var (code, output) = await RunAsync(command);
            Assert.True(code == 0, $"{command}: {output}");
        }
    }

    private static Task<(int Code, string Output)> RunAsync(string command) => OneMember.EndAsync(ServerProcess.Start(
        "/bin/bash", ["-c", Regex.Replace(command, "^metactl ", $"{Programs.Metactl} ")], new Dictionary<string, string> { ["ETCDCTL_API"] = "3" }));

    [GeneratedRegex("^## Quick start\n.*?```sh\n(?<commands>.*?)```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex QuickStart();
}
