using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

/// <summary>No command line ends metactl with an exception. Nothing is sent: no endpoint is reachable.</summary>
public sealed class FuzzTests
{
    private const int Seed = 20261128;

    private static readonly string[] Fragments =
    [
        "", "-", "--", "---", "=", "--=", "-=", "-w", "-w=", "-wjson", "--limit", "--limit=", "--limit=x", "--limit=99999999999999999999", "--prefix", "--prefix=x", "--lease=-1", "-1", "0", "k",
        "true", "false", "@file", "/h", "/?", "[x]", "[suggest]", "[suggest:3]", "[diagram]", "%s", "\0", "\n", "\ud800", "\udcff\udc80", "\ufffd", "\u00e9\ud83d\ude00", "a=b", "a:b", "--ttl=0", "--ttl", "--rev=-1",
        "--policy=", "--policy=x", "--load-threshold=NaN", "--min-timeout=1h", "--min-timeout=-1s", "--flush-when-idle", "--min-batch-size=-2147483648", "--command-timeout=1ms", "--command-timeout=1ns",
        "--dial-timeout=1ms", "--keepalive-time=1ns", "--max-request-bytes=-1", "--max-recv-bytes=1", "--endpoints", "--endpoints=", "--endpoints=,", "--endpoints=ftp://x", "--endpoints=unix:", "--endpoints=unix://",
        "--endpoints=unix:///\0", "--endpoints=http://", "--endpoints=http://[::1", "--endpoints=http://x:99999", "--endpoints=%zz", "--endpoints=unixs:///x", "--endpoints=http://\u00e9:1", "--help", "-h", "--version",
        "--debug", "--hex", "-d", "-i", "-l", "-ih", "-xyz", "--user=x", "--cacert", "--insecure-transport=false", "--data-dir", "--data-dir=", "--data-dir=/nowhere\0", "--to=memory", "--to", "--initial-cluster==", "--name=",
        "--peer-urls=\0", "--duration=1ms", "--load=x", "--concurrency=0", "--max-files=-1", "--order=x", "--write-out=protobuf", "--write-out=table", "--consistency=x", "--bump-revision=-1", "--mark-compacted", "--records",
    ];

    [Fact]
    public void AnyWords_AreReadOrRefused()
    {
        var root = MetactlCommand.Build();
        var paths = Paths(root).ToArray();
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var words = Words(random, paths);
            try
            {
                _ = UsageErrors.Find(CommandWords.Parse(root, words));
            }
            catch (UsageException refused)
            {
                Assert.InRange(refused.ExitCode, 1, 128);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {Seed}, round {round}: [{string.Join("] [", words)}]\n{failure}");
            }
        }
    }

    [Fact]
    public async Task AnyWords_EndWithACode()
    {
        var paths = Paths(MetactlCommand.Build()).ToArray();
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var words = Words(random, paths);
            string[] all = ["--endpoints=unix:///nowhere/at/all", "--command-timeout=1ms", .. words];
            try
            {
                // A watch would wait for its members indefinitely.
                using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
                var input = random.Next(2) == 0 ? string.Empty : "\nput k \"\\x\"\n\n\n";
                var (code, _, error) = await InProcess.RunAsync(all, input, new Dictionary<string, string>(), end.Token);
                Assert.True(code is >= 0 and <= 6 or >= 64 and <= 70 or 128, $"exit {code}: {error}");
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, round {round}: [{string.Join("] [", all)}]\n{failure}");
            }
        }
    }

    private static List<string> Words(Random random, string[][] paths)
    {
        List<string> words = [.. paths[random.Next(paths.Length)]];
        for (var count = random.Next(6); count > 0; count--)
        {
            words.Insert(random.Next(words.Count + 1), random.Next(8) == 0 ? Noise(random) : Fragments[random.Next(Fragments.Length)]);
        }

        return words;
    }

    /// <summary>Every command and every group of commands.</summary>
    private static IEnumerable<string[]> Paths(Command command) =>
        command.Subcommands.SelectMany(verb => Paths(verb).Select(path => (string[])[verb.Name, .. path])).Prepend([]);

    private static string Noise(Random random) => string.Create(random.Next(1, 8), random, static (letters, source) =>
    {
        foreach (ref var letter in letters)
        {
            letter = (char)(source.Next(3) == 0 ? source.Next(0x10000) : source.Next(0x20, 0x7f));
        }
    });
}
