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
    [InlineData("get k --hex", 1, "--hex: ")]
    [InlineData("--user=root:pw get k", 1, "--user: there are no users")]
    [InlineData("--cacert ca.pem get k", 1, "--cacert: there is no TLS yet")]
    [InlineData("del --prefx k", 128, "Error: unknown flag: --prefx")]
    [InlineData("put k v --leese=5", 1, "Unrecognized command or argument '--leese=5'")]
    public async Task Words_WorkOrAreRefusedWithALine(string words, int code, string line)
    {
        var (ended, output) = await OneMember.EndAsync(ServerProcess.Start(Programs.Metactl, words.Split(' ')));
        Assert.Contains(output.Split('\n'), printed => printed.TrimStart().StartsWith(line, StringComparison.Ordinal));
        Assert.Equal(code, ended);
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
