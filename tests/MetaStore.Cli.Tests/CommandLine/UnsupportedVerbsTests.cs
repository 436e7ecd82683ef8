using System.CommandLine;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Tests.CommandLine;

/// <summary>Command lines of etcdctl users: they work, or fail with a one-line reason. Without a server.</summary>
public sealed class UnsupportedVerbsTests
{
    [Theory]
    [InlineData("version", 0, "API version: 3.6")]
    [InlineData("help get", 0, "Reads a key or a range of keys")]
    [InlineData("auth enable now", 128, "Error: auth enable command does not accept any arguments")]
    [InlineData("user add", 128, "Error: user add command requires user name as its argument")]
    [InlineData("user add :pw", 128, "Error: empty user name is not allowed")]
    [InlineData("user grant-role u", 128, "Error: user grant command requires user name and role name as its argument")]
    [InlineData("role grant-permission r readwrit k", 128, "Error: invalid permission type: readwrit")]
    [InlineData("role grant-permission r read k --prefix --from-key", 128, "Error: --from-key and --prefix flags are mutually exclusive")]
    [InlineData("role revoke-permission r k l --prefix", 128, "Error: unexpected endkey argument with --prefix flag")]
    [InlineData("make-mirror 127.0.0.1:1", 128, "Error: make-mirror: ")]
    [InlineData("check datascale --load=xxl", 4, "Error: unknown load option xxl")]
    [InlineData("downgrade validate 3.5", 128, "Error: downgrade: ")]
    [InlineData("completion bash", 0, "complete -F _metactl metactl")]
    [InlineData("completion", 1, "Error: accepts 1 arg(s), received 0")]
    [InlineData("completion tcsh", 1, "Error: invalid argument \"tcsh\" for \"metactl completion\"")]
    [InlineData("get k --auth-jwt-token=t", 1, "Error: unknown flag: --auth-jwt-token; metactl gets its tokens itself")]
    [InlineData("get k --cacert=nowhere.pem", 128, "Error: nowhere.pem: Could not find file")]
    [InlineData("get k --cert=a.crt", 128, "Error: KeyFile and CertFile must both be present[key: , cert: a.crt]")]
    [InlineData("get k --key=a.key", 128, "Error: KeyFile and CertFile must both be present[key: a.key, cert: ]")]
    [InlineData("del --prefx k", 1, "Error: unknown flag: --prefx; write -- before arguments that begin with a dash, and see metactl del --help")]
    [InlineData("put k v --leese=5", 1, "Error: unknown flag: --leese")]
    [InlineData("get k -w protobuf", 4, "Error: protobuf is not supported as output format")]
    [InlineData("compaction x", 1, "Error: bad revision (x), expecting a number")]
    [InlineData("get k --endpoints ,", 1, "Error: no endpoint is given")]
    [InlineData("get k --endpoints ftp://127.0.0.1:1", 1, "Error: 'ftp://127.0.0.1:1': the scheme ftp is not known; write host:port, http://, https:// or unix://")]
    [InlineData("snapshot save nowhere/backup", 5, "Error: Could not find a part of the path")]
    [InlineData("engine convert", 128, "Error: engine convert needs --data-dir and --to")]
    [InlineData("wal verify nowhere", 128, "Error: there is no directory")]
    public async Task Words_WorkOrAreRefusedWithALine(string words, int code, string line)
    {
        var (ended, output, error) = await InProcess.RunAsync(words.Split(' '));
        Assert.Contains((output + error).Split('\n'), printed => printed.TrimStart().StartsWith(line, StringComparison.Ordinal));
        Assert.Equal(code, ended);
        Assert.True(code == 0 || (output.Length == 0 && error.Split('\n').Length == 2), output + error);
    }

    [Theory]
    [InlineData("memberr", "metactl", "member")]
    [InlineData("stauts", "metactl batch", "status")]
    [InlineData("grnt", "metactl lease", "grant")]
    public async Task Verb_Misspelt_IsNamed(string word, string parent, string meant)
    {
        var (code, output, error) = await InProcess.RunAsync([.. parent.Split(' ').Skip(1), word]);
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Equal($"Error: unknown command \"{word}\" for \"{parent}\"\n\nDid you mean this?\n\t{meant}\n\nRun '{parent} --help' for usage.\n", error);
    }

    [Theory]
    [InlineData("AUTH_JWT_TOKEN", "metactl gets its tokens itself")]
    [InlineData("DISCOVERY_SRV", "--endpoints")]
    public async Task Variable_OfWhatThereIsNot_IsRefused(string variable, string why)
    {
        foreach (var prefix in (string[])["ETCDCTL_", "METACTL_"])
        {
            var (code, output, error) = await InProcess.RunAsync(["put", "k", "v"], string.Empty, new Dictionary<string, string> { [prefix + variable] = "x" });
            Assert.Equal((128, string.Empty), (code, output));
            Assert.Contains(why, error, StringComparison.Ordinal);
        }
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
