using System.Text.RegularExpressions;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>The native metactl of a release prints what the managed one prints: every group of verbs, every format, on one member.</summary>
public sealed partial class NativeMetactlTests(UnpackedRelease release) : IClassFixture<UnpackedRelease>, IDisposable
{
    /// <summary>Verbs that change something. Each program runs all of them on a new member, whose ids and times differ.</summary>
    private static readonly string[] Changes =
    [
        "$m put a 1", "$m put a 2 --prev-kv", "$m put b '' ", "printf '\\xff\\x00' | $m put c", "$m put app/1 x", "$m put app/2 y", "$m put gone z --ttl 60s",
        "$m del gone --prev-kv", "$m del none", "$m put", "$m put a 1 --lease=zz",
        "printf 'value(\"a\") = \"2\"\\n\\nget a\\nput t 1\\n\\nget b\\n\\n' | $m txn", "printf 'value(\"a\") = \"9\"\\n\\n\\nget app/ --prefix\\ndel t\\n\\n' | $m txn", "printf 'nonsense\\n\\n' | $m txn",
        "id=$($m lease grant 600 | cut -d' ' -f2); $m put leased 1 --lease=$id; $m lease keep-alive --once $id; $m lease timetolive $id --keys; $m lease list; $m lease revoke $id; $m lease timetolive $id",
        "id=$($m lease grant 600 | cut -d' ' -f2); $m lease keep-alive --once $id -w json; $m lease timetolive $id --keys -w json; $m lease list -w json; $m lease revoke $id -w json",
        "$m user add u:secret", "$m user get u", "$m user get u -w json", "$m role add r", "$m role grant-permission r readwrite app/ --prefix", "$m role get r", "$m role get r -w json",
        "$m user grant-role u r", "$m user list", "$m role list -w json", "$m auth status", "$m auth explain u app/1", "$m user delete u", "$m role delete r", "$m user get u",
        "$m member list", "$m alarm list", "$m alarm disarm", "$m move-leader 1", "$m defrag",
        "$m batch set --min-batch-size 2", "$m batch set --min-batch-size 1 -w json", "$m admission status", "$m lock l echo held",
        "$m export --prefix app/ -o lines; $m import lines --prefix copy/", "$m export --prefix app/ | $m import -", "$m export -w json --prefix copy/", "mkdir tree; echo 1 > tree/f; $m import tree --verify",
        "$m snapshot save - | cat > piped; $m snapshot status piped", "$m snapshot save saved", "$m snapshot save saved2 -w json", "$m snapshot status nothing",
        "$m compaction 3", "$m get a --rev=2", "$m watch a --rev=1 --nonsense",
        "$m diagnose -o report.tar.gz > summary; tar -tzf report.tar.gz",
    ];

    /// <summary>Verbs that change nothing.</summary>
    private static readonly string[] Reads =
    [
        "$m get a", "$m get --prefix ''", "$m get --prefix '' --hex", "$m get c --print-value-only", "$m get a z --keys-only --limit=2 --order=DESCEND", "$m get a --count-only", "$m get --from-key app", "$m get none",
        "$m get a --consistency=s", "$m member list", "$m endpoint hashkv", "$m user list", "$m role list", "$m role get root", "$m user get root", "$m auth status", "$m alarm list",
        "$m lease list", "$m version",
    ];

    /// <summary>Verbs that print times, rates and counts of calls, or a hash of the file that each program saved.</summary>
    private static readonly string[] Figures = ["$m endpoint status", "$m endpoint health", "$m batch status", "$m admission status", "$m snapshot status saved"];

    private static readonly string[] Formats = ["simple", "json", "fields", "table", "protobuf", "nonsense"];

    /// <summary>Verbs that call no member.</summary>
    private static readonly string[] Offline =
    [
        "$m docs markdown", "$m docs man pages; cat pages/*", "$m completion bash", "$m completion zsh", "$m completion fish", "$m completion powershell", "$m completion nonsense", "$m", "$m nonsense", "$m ge", "$m help lease",
        "$m put --help", "$m version", "$m get a --endpoints=127.0.0.1:1 --dial-timeout=200ms --command-timeout=500ms", "$m get a --endpoints=https://127.0.0.1:1 --cacert=/nonexistent/none.pem",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-native-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Offline_PrintsTheSame()
    {
        release.RequireNative();
        await CompareAsync(Offline, "127.0.0.1:1", text => text);
    }

    [SkippableFact]
    public async Task OnAMember_PrintsTheSame_InEveryFormat()
    {
        release.RequireNative();
        await using ProcessCluster first = ProcessCluster.Of(release.MetaStore, 1);
        await using ProcessCluster cluster = ProcessCluster.Of(release.MetaStore, 1);
        await Task.WhenAll(first.StartAsync(), cluster.StartAsync());
        await CompareAsync(Changes, first.Endpoints, cluster.Endpoints, WithoutNumbers);
        await CompareAsync([.. Reads.SelectMany(verb => Formats.Select(format => $"{verb} -w {format}"))], cluster.Endpoints, text => text);
        await CompareAsync([.. Figures.SelectMany(verb => Formats.Select(format => $"{verb} -w {format}"))], cluster.Endpoints, WithoutNumbers);
    }

    [SkippableFact]
    public async Task Watch_PrintsTheSame()
    {
        release.RequireNative();
        await using ProcessCluster cluster = ProcessCluster.Of(release.MetaStore, 1);
        await cluster.StartAsync();
        await UnpackedRelease.RunAsync(release.Native, "$m put w 1; $m put w 2; $m del w; $m put w last", cluster.Endpoints, _folder);
        foreach (string format in (string[])["simple", "json", "fields"])
        {
            string[] output = await Task.WhenAll(WatchAsync(release.Native, cluster.Endpoints, format), WatchAsync(release.Managed, cluster.Endpoints, format));
            Assert.Equal(output[1], output[0]);
        }
    }

    [SkippableFact]
    public async Task Tls_WithCertificatesThatItMade()
    {
        release.RequireNative();
        string pki = Path.Combine(_folder, "pki");
        string made = await UnpackedRelease.RunAsync(
            release.Native, $"$m cert ca --dir {pki} && $m cert member n1 --hosts localhost,127.0.0.1 --dir {pki} && $m cert client app --dir {pki} && $m cert show {pki}/app.crt", "", _folder);
        Assert.EndsWith("code 0", made, StringComparison.Ordinal);
        int[] ports = FreePorts.Take(2);
        string url = $"https://127.0.0.1:{ports[0]}";
        string peer = $"http://127.0.0.1:{ports[1]}";
        await using ServerProcess member = ServerProcess.Start(
            release.MetaStore,
            [
                "--data-dir", Path.Combine(_folder, "data"), "--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", $"default={peer}", "--cert-file", $"{pki}/n1.crt", "--key-file", $"{pki}/n1.key", "--trusted-ca-file", $"{pki}/ca.crt", "--client-cert-auth",
            ]);
        await Eventually.TrueAsync(
            () => member.IsRunning ? member.Output.Contains("ready to serve client requests", StringComparison.Ordinal) : throw new InvalidOperationException(member.Output),
            TimeSpan.FromMinutes(2), () => member.Output);
        string certificates = $"--cacert {pki}/ca.crt --cert {pki}/app.crt --key {pki}/app.key";
        Assert.Equal("OK\nsecure\nyes\ncode 0", await UnpackedRelease.RunAsync(release.Native, $"$m {certificates} put secure yes; $m {certificates} get secure", url, _folder));
        await CompareAsync(["$m get secure --command-timeout=1s", $"$m cert show {pki}/app.crt {pki}/ca.crt {pki}/ca.crl"], url, WithoutNumbers);
    }

    private Task CompareAsync(IReadOnlyList<string> lines, string endpoints, Func<string, string> comparable) => CompareAsync(lines, endpoints, endpoints, comparable);

    private async Task CompareAsync(IReadOnlyList<string> lines, string managedEndpoints, string nativeEndpoints, Func<string, string> comparable)
    {
        string native = Directory.CreateDirectory(Path.Combine(_folder, "native")).FullName;
        string managed = Directory.CreateDirectory(Path.Combine(_folder, "managed")).FullName;
        foreach (string line in lines)
        {
            string expected = comparable((await UnpackedRelease.RunAsync(release.Managed, line, managedEndpoints, managed)).Replace(managed, ".", StringComparison.Ordinal));
            string actual = comparable((await UnpackedRelease.RunAsync(release.Native, line, nativeEndpoints, native)).Replace(native, ".", StringComparison.Ordinal));
            Assert.True(expected == actual, $"{line}\n-- managed:\n{expected}\n-- native:\n{actual}");
            Assert.DoesNotContain("Unhandled exception", actual, StringComparison.Ordinal);
        }
    }

    /// <summary>Prints the history of the key w, until its last value has come.</summary>
    private static async Task<string> WatchAsync(string metactl, string endpoints, string format)
    {
        await using ServerProcess watch = ServerProcess.StartInterruptible(metactl, ["--endpoints", endpoints, "watch", "w", "--rev=1", "-w", format]);
        await Eventually.TrueAsync(
            () => Regex.IsMatch(watch.Output, "\\blast\\b|bGFzdA=="), TimeSpan.FromMinutes(1), () => watch.Output);
        await watch.TerminateAsync();
        return watch.Output;
    }

    /// <summary>Ids and numbers as N, the widths of columns as one: revisions, times and sizes differ between two runs.</summary>
    private static string WithoutNumbers(string text) =>
        Runs().Replace(Numbers().Replace(Ids().Replace(text, "N"), "N"), run => run.Value[..1]);

    [GeneratedRegex("\\b[0-9a-f]{6,}\\b")]
    private static partial Regex Ids();

    [GeneratedRegex("-?[0-9]+([.][0-9]+)?( ?([kKMGµmn]i?)?(s|B|B/s)\\b)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(" {2,}|-{2,}|─{2,}")]
    private static partial Regex Runs();
}
