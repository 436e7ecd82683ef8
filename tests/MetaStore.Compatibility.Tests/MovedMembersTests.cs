using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Tls;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests;

/// <summary>A member that was down while both others changed their peer URLs, and so dials where they are not any more.</summary>
[Collection("processes")]
public sealed class MovedMembersTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("--peer-secret-file {files}/secret")]
    [RowOnRequest("--peer-cert-file {files}/server{member}.crt --peer-key-file {files}/server{member}.key --peer-trusted-ca-file {files}/ca.crt --peer-client-cert-auth")]
    public async Task MemberThatWasDown_FindsTheOthers(string flags)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, WriteSecret, [.. flags.Split(' '), "--heartbeat-interval=50", "--election-timeout=500"]);
        string[] others = ["--endpoints", $"{cluster.Url(1)},{cluster.Url(2)}", "--cacert", cluster.Files["ca.crt"], "--command-timeout=20s"];
        await SucceedsAsync(cluster, [.. others, "put", "k", "before"]);
        string list = (await cluster.EtcdctlAsync([.. others, "member", "list"])).Output;
        await cluster.Members[0].TerminateAsync();
        int[] ports = FreePorts.Take(2);
        string[] moved = new string[2];
        for (int member = 1; member < 3; member++)
        {
            string url = cluster.PeerUrl(member);
            string next = moved[member - 1] = $"{url[..url.LastIndexOf(':')]}:{ports[member - 1]}";
            string id = list.Split('\n').Single(line => line.Contains(url, StringComparison.Ordinal)).Split(',')[0];
            await SucceedsAsync(cluster, [.. others, "member", "update", id, $"--peer-urls={next}"]);
            await EachServesAsync(cluster, 1, 2);
            await cluster.RestartAsync(member, flag => flag.Replace(url, next, StringComparison.Ordinal));
            await EachServesAsync(cluster, 1, 2);
        }

        await SucceedsAsync(cluster, [.. others, "put", "k", "after"]);
        await cluster.RestartAsync(0);
        await EachServesAsync(cluster, 0);
        string[] first = ["--endpoints", cluster.Url(0), "--cacert", cluster.Files["ca.crt"], "--command-timeout=20s"];
        Assert.Equal("k\nafter\n", (await cluster.EtcdctlAsync([.. first, "get", "k"])).Output);
        string now = (await cluster.EtcdctlAsync([.. first, "member", "list"])).Output;
        Assert.All(moved, url => Assert.Contains(url, now, StringComparison.Ordinal));
        Assert.Contains("states the peer URLs", cluster.Members[0].Output, StringComparison.Ordinal);
    }

    private static void WriteSecret(TlsCluster cluster)
    {
        string path = cluster.Files.Write("secret", "a secret of a test, which has more than 32 bytes\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Each of these members has applied what was committed before.</summary>
    private static async Task EachServesAsync(TlsCluster cluster, params int[] members)
    {
        foreach (int member in members)
        {
            await SucceedsAsync(cluster, ["--endpoints", cluster.Url(member), "--cacert", cluster.Files["ca.crt"], "--command-timeout=5s", "get", "k"]);
        }
    }

    private static async Task SucceedsAsync(TlsCluster cluster, string[] command)
    {
        EtcdctlAnswer? last = null;
        await Eventually.TrueAsync(
            async () => (last = await cluster.EtcdctlAsync(command)).ExitCode == 0, s_limit,
            () => $"{last}\n{string.Join("\n\n", cluster.Members.Select(member => member.Output))}");
    }
}
