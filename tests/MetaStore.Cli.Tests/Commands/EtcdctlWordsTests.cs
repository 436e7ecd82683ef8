using System.CommandLine;
using MetaStore.Cli.Commands;
using MetaStore.Cli.Tests.Processes;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Commands;

/// <summary>What etcdctl's users type: it works, or one line says why not. No server is asked.</summary>
[Collection(nameof(OneAtATime))]
public sealed class EtcdctlWordsTests
{
    [Theory]
    [InlineData("version", 0, "API version: 3.6")]
    [InlineData("help get", 0, "Reads a key or a range of keys")]
    [InlineData("auth enable", 128, "Error: auth: there are no users")]
    [InlineData("user add root --no-password", 128, "Error: user: there are no users")]
    [InlineData("role grant-permission r readwrite k", 128, "Error: role: there are no users")]
    [InlineData("make-mirror 127.0.0.1:1", 128, "Error: make-mirror: ")]
    [InlineData("check datascale --load=s", 128, "Error: datascale: ")]
    [InlineData("downgrade validate 3.5", 128, "Error: downgrade: ")]
    [InlineData("completion bash", 128, "Error: completion: ")]
    [InlineData("get k --hex", 128, "Error: --hex: ")]
    [InlineData("--user=root:pw get k", 128, "Error: --user: there are no users")]
    [InlineData("--cacert ca.pem get k", 128, "Error: --cacert: there is no TLS yet")]
    [InlineData("del --prefx k", 128, "Error: unknown flag: --prefx")]
    [InlineData("put k v --leese=5", 128, "Error: Unrecognized command or argument '--leese=5'; see metactl put --help")]
    [InlineData("get k -w protobuf", 128, "Error: Cannot parse argument 'protobuf' for option '--write-out'")]
    [InlineData("compaction x", 128, "Error: Cannot parse argument 'x' for command 'compaction'; see metactl compaction --help")]
    [InlineData("lease nonsense", 128, "Error: Unrecognized command or argument 'nonsense'; see metactl lease --help")]
    [InlineData("get", 128, "Error: Required argument missing for command: 'get'; see metactl get --help")]
    [InlineData("get k --command-timeout 0", 128, "Error: --command-timeout must be longer than 0")]
    [InlineData("get k --endpoints ,", 128, "Error: no endpoint is given")]
    [InlineData("snapshot save nowhere/backup", 6, "Error: Could not find a part of the path")]
    public async Task Words_WorkOrAreRefusedWithALine(string words, int code, string line)
    {
        var (ended, output) = await OneMember.EndAsync(ServerProcess.Start(Programs.Metactl, words.Split(' ')));
        Assert.Contains(output.Split('\n'), printed => printed.TrimStart().StartsWith(line, StringComparison.Ordinal));
        Assert.Equal(code, ended);
        Assert.True(code == 0 || output.Split('\n').Length == 1, output);
    }

    [Fact]
    public async Task Words_ThatAreNoText_AreRefused()
    {
        // Only a shell can make such an argument.
        string[] words = ["-c", $"'{Programs.Metactl}' get \"$(printf 'k\\377')\""];
        var (ended, output) = await OneMember.EndAsync(ServerProcess.Start("/bin/sh", words));
        Assert.Equal((128, "Error: an argument is not UTF-8 text; etcdctl and the JSON gateway take keys of any bytes"), (ended, output));
    }

    [Fact]
    public void EveryVerbOfEtcdctl_IsKnown()
    {
        Command root = MetactlCommand.Build();
        string[] etcdctls =
        [
            "alarm", "auth", "check", "compaction", "completion", "defrag", "del", "downgrade", "elect", "endpoint", "get", "help", "lease", "lock", "make-mirror",
            "member", "migrate", "move-leader", "options", "put", "role", "snapshot", "txn", "user", "version", "watch",
        ];
        Assert.Empty(etcdctls.Except(root.Subcommands.Select(verb => verb.Name)));
    }
}
