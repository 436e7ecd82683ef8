using System.Text.RegularExpressions;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Tls;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Users by the common name of a certificate: the same commands of etcdctl on etcd and on MetaStore.</summary>
[Collection("processes")]
public sealed partial class CommonNameDifferenceTests(ITestOutputHelper output)
{
    private static readonly string[] Mutual = ["--trusted-ca-file", "{files}/ca.crt", "--client-cert-auth", "--bcrypt-cost=4"];

    /// <summary>A certificate without a name: a user with an empty name in etcd, no user here. Both refuse.</summary>
    private static readonly string[] OtherTextFor = ["put a 1", "get a"];

    /// <summary>Certificate, then the command.</summary>
    private static readonly (string Shown, string Command)[] Script =
    [
        ("client", "user add root:root"),
        ("client", "user add app:app"),
        ("client", "role add app"),
        ("client", "role grant-permission app readwrite a b"),
        ("client", "user grant-role app app"),
        ("client", "put a before"),
        ("client", "auth enable"),
        ("app", "put a 1"),
        ("app", "get a"),
        ("app", "put b 1"),
        ("app", "get b"),
        ("app", "del a"),
        ("app", "user get app"),
        ("app", "user get root"),
        ("app", "user list"),
        ("app", "role get app"),
        ("app", "role list"),
        ("root", "user list"),
        ("root", "put b 2"),
        ("unknown", "put a 1"),
        ("unknown", "get a"),
        ("unknown", "user list"),
        ("nameless", "put a 1"),
        ("nameless", "get a"),
        ("nameless", "user list"),
        ("app", "--user=root:root put b 3"),
        ("app", "--user=root:wrong put b 3"),
        ("unknown", "--user=app:app get a"),
        ("root", "user delete app"),
        ("app", "get a"),
        ("app", "--user=app:app get a"),
        ("root", "auth disable"),
        ("nameless", "get b"),
    ];

    [SkippableFact]
    public async Task Etcdctl_WithEachCertificate_PrintsWhatItPrintsOnEtcd()
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        string[] answers = await Task.WhenAll(AnswersAsync(Programs.Etcd!), AnswersAsync(Programs.MetaStore));
        output.WriteLine(answers[0]);
        foreach (string command in OtherTextFor)
        {
            string theirs = $"nameless$ {command}\nError: etcdserver: permission denied\n";
            string ours = $"nameless$ {command}\nError: etcdserver: user name is empty\n";
            Assert.Contains(theirs, answers[0], StringComparison.Ordinal);
            answers[0] = answers[0].Replace(theirs, ours, StringComparison.Ordinal);
        }

        Assert.Equal(answers[0], answers[1]);
    }

    private static async Task<string> AnswersAsync(string program)
    {
        await using TlsCluster cluster = await TlsCluster.StartAsync(program, 1, Prepare, Mutual);
        var answers = new List<string>();
        foreach ((string shown, string command) in Script)
        {
            EtcdctlAnswer answer = await cluster.EtcdctlAsync(
            [
                "--endpoints", cluster.Url(0), "--command-timeout=20s", "--cacert", cluster.Files["ca.crt"], "--cert", cluster.Files[shown + ".crt"],
                "--key", cluster.Files[shown + ".key"], .. command.Split(' '),
            ]);
            answers.Add($"{shown}$ {command}\n{answer.Output}{ErrorOf(answer.Error)}exit {answer.ExitCode}");
        }

        return string.Join('\n', answers);
    }

    private static void Prepare(TlsCluster cluster)
    {
        cluster.Files.Write("root", cluster.Authority.Issue("CN=root"));
        cluster.Files.Write("app", cluster.Authority.Issue("O=somewhere, CN=app"));
        cluster.Files.Write("unknown", cluster.Authority.Issue("CN=unknown"));
        cluster.Files.Write("nameless", cluster.Authority.Issue("O=root"));
    }

    /// <summary>The error itself: lines of the client's own log have times and addresses.</summary>
    private static string ErrorOf(string printed) => string.Concat(printed.Split('\n').Where(line => Error().IsMatch(line)).Select(line => line + "\n"));

    [GeneratedRegex("^Error:")]
    private static partial Regex Error();
}
