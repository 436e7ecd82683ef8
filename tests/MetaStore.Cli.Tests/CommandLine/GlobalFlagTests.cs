using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Tests.Processes;

namespace MetaStore.Cli.Tests.CommandLine;

/// <summary>The value of a global flag comes from the flag, METACTL_, ETCDCTL_ or the default, in this order; with a real member.</summary>
[Collection(nameof(OneAtATime))]
public sealed class GlobalFlagTests(OneMember member) : IClassFixture<OneMember>
{
    private const string Unreachable = "127.0.0.1:1";

    [Theory]
    [InlineData("good", null, null, true)]
    [InlineData(null, "good", null, true)]
    [InlineData(null, null, "good", true)]
    [InlineData("good", "bad", null, true)]
    [InlineData("bad", "good", null, false)]
    [InlineData(null, "good", "bad", true)]
    [InlineData(null, "bad", "good", false)]
    [InlineData(null, "", "good", true)]
    public async Task Endpoints_ComeFromTheFirstThatNamesSome(string? flag, string? own, string? etcdctls, bool works)
    {
        var variables = new Dictionary<string, string>();
        Add("METACTL_ENDPOINTS", own);
        Add("ETCDCTL_ENDPOINTS", etcdctls);
        string[] given = flag is null ? [] : [$"--endpoints={Endpoint(flag)}"];

        var (code, output, _) = await InProcess.RunAsync([.. given, "get", "w2", "--keys-only", "--command-timeout=2s"], string.Empty, variables);

        Assert.Equal(works ? (0, "w2\n\n") : (1, string.Empty), (code, output));

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                variables.Add(name, Endpoint(value));
            }
        }
    }

    [Fact]
    public async Task EtcdctlsVariable_BesideTheFlag_IsRefused_AsEtcdctlDoes()
    {
        var variables = new Dictionary<string, string> { ["ETCDCTL_ENDPOINTS"] = Unreachable };
        var (code, output, error) = await InProcess.RunAsync(["--endpoints", member.Endpoint, "put", "conflict", "v"], string.Empty, variables);
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Contains("conflicting environment variable \"ETCDCTL_ENDPOINTS\"", error, StringComparison.Ordinal);
        Assert.Null(await member.Client.Kv.GetAsync("conflict"));
    }

    [Fact]
    public async Task EveryGlobalFlag_HasItsVariables()
    {
        // An invalid value is reported from each of them; flags that accept any text are tested by their effect.
        foreach (var flag in MetactlCommand.Build().Options.Where(option => option.Recursive && option.Name is not ("--help" or "--endpoints" or "--user" or "--password")))
        {
            foreach (var prefix in (string[])["METACTL_", "ETCDCTL_"])
            {
                var name = prefix + GlobalFlag.VariableOf(flag.Name);
                var (code, _, error) = await InProcess.RunAsync(["--endpoints", member.Endpoint, "put", "never", "v"], string.Empty, new Dictionary<string, string> { [name] = "?" });
                var (expected, why) = flag.Name switch
                {
                    "--write-out" => (4, "unsupported output format"),
                    "--cacert" => (128, "?: Could not find file"),
                    "--cert" or "--key" => (128, "KeyFile and CertFile must both be present"),
                    _ => (1, $"invalid value \"?\" for {name}"),
                };
                Assert.True(code == expected && error.Contains(why, StringComparison.Ordinal), $"{name}: {code} {error}");
            }
        }

        Assert.Null(await member.Client.Kv.GetAsync("never"));
    }

    [Theory]
    [InlineData("METACTL_")]
    [InlineData("ETCDCTL_")]
    public async Task UserAndPassword_ComeFromVariables_AndAreNotShown(string prefix)
    {
        string[] words = ["--endpoints", member.Endpoint, "--debug", "get", "w2"];
        var variables = new Dictionary<string, string> { [prefix + "USER"] = "someone" };
        var (code, output, _) = await InProcess.RunAsync(words, "typed\n", variables);
        Assert.Equal(0, code);
        Assert.StartsWith("Password: ", output, StringComparison.Ordinal);

        variables.Add(prefix + "PASSWORD", "secret");
        (code, output, var error) = await InProcess.RunAsync(words, string.Empty, variables);
        Assert.Equal((0, false), (code, output.Contains("Password", StringComparison.Ordinal)));
        Assert.Contains("ETCDCTL_PASSWORD=<not shown>\n", error, StringComparison.Ordinal);
        Assert.Contains("ETCDCTL_USER=<not shown>\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownVariable_IsWarnedOf()
    {
        var variables = new Dictionary<string, string> { ["METACTL_ENDPOINT"] = "x", ["ETCDCTL_API"] = "3", ["HOME"] = "/" };
        var (code, _, error) = await InProcess.RunAsync(["--endpoints", member.Endpoint, "get", "w2"], string.Empty, variables);
        Assert.Equal((0, "Warning: unrecognized environment variable METACTL_ENDPOINT=x\n"), (code, error));
    }

    [Fact]
    public async Task Debug_PrintsWhatIsInForce()
    {
        var (code, _, error) = await InProcess.RunAsync(["--endpoints", member.Endpoint, "--debug", "get", "w2"], string.Empty, new Dictionary<string, string> { ["METACTL_COMMAND_TIMEOUT"] = "7s" });
        Assert.Equal(0, code);
        Assert.Contains("ETCDCTL_COMMAND_TIMEOUT=7s\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_AreKept()
    {
        Assert.Equal(1, (await InProcess.RunAsync("--endpoints", member.Endpoint, "--max-request-bytes=10", "put", "large", new string('v', 100))).Code);
        Assert.Null(await member.Client.Kv.GetAsync("large"));
        Assert.Equal(1, (await InProcess.RunAsync("--endpoints", member.Endpoint, "--max-recv-bytes=10", "get", "w2")).Code);
    }

    private string Endpoint(string kind) => kind switch { "good" => member.Endpoint, "bad" => Unreachable, _ => kind };
}
