using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Tls;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests;

/// <summary>Users by certificate on three members: followers pass calls on to the leader, which sees their certificate and not the client's.</summary>
[Collection("processes")]
public sealed class UsersOnAClusterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] Mutual =
    [
        "--trusted-ca-file", "{files}/ca.crt", "--client-cert-auth", "--client-cert-file", "{files}/client.crt", "--client-key-file", "{files}/client.key",
        "--bcrypt-cost=4", "--heartbeat-interval=50", "--election-timeout=500",
    ];

    [SkippableFact]
    public async Task UserOfACertificate_IsTheSameAtEveryMember_AlsoWhereTheLeaderIsAsked()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, Prepare, Mutual);
        foreach (string command in (string[])["user add root:root", "user grant-role root root", "user add app:app", "role add app", "role grant-permission app readwrite a b", "user grant-role app app", "auth enable"])
        {
            await SucceedsAsync(cluster, 0, "client", command);
        }

        string last = "";
        for (int member = 0; member < 3; member++)
        {
            await SucceedsAsync(cluster, member, "app", "put a 1");
            string lease = (await SucceedsAsync(cluster, member, "app", "lease grant 600")).Split(' ')[1];
            last = lease;
            await SucceedsAsync(cluster, member, "app", $"put --lease={lease} a {member}");
            Assert.Contains("keepalived", await SucceedsAsync(cluster, member, "app", $"lease keep-alive --once {lease}"), StringComparison.Ordinal);
            Assert.Contains("attached keys([a])", await SucceedsAsync(cluster, member, "app", $"lease timetolive --keys {lease}"), StringComparison.Ordinal);
        }

        // The members' own certificate names a user that does not exist; none of its rights are the client's.
        await SucceedsAsync(cluster, 0, "root", "role revoke-permission app a b");
        for (int member = 0; member < 3; member++)
        {
            foreach (string command in (string[])[$"lease timetolive --keys {last}", $"lease keep-alive --once {last}", "get a"])
            {
                int asked = member;
                await Eventually.TrueAsync(
                    async () => (await RunAsync(cluster, asked, "app", command)).ToString().Contains("permission denied", StringComparison.Ordinal), Limit,
                    () => $"{command} at member {asked} is denied");
            }
        }
    }

    private static async Task<string> SucceedsAsync(TlsCluster cluster, int member, string shown, string command)
    {
        EtcdctlAnswer answer = await RunAsync(cluster, member, shown, command);
        Assert.True(answer.ExitCode == 0, $"{command} as {shown} at member {member}: {answer} {cluster.Members[member].Output}");
        return answer.Output;
    }

    private static Task<EtcdctlAnswer> RunAsync(TlsCluster cluster, int member, string shown, string command) => cluster.EtcdctlAsync(
    [
        "--endpoints", cluster.Url(member), "--command-timeout=20s", "--cacert", cluster.Files["ca.crt"], "--cert", cluster.Files[shown + ".crt"],
        "--key", cluster.Files[shown + ".key"], .. command.Split(' '),
    ]);

    private static void Prepare(TlsCluster cluster)
    {
        cluster.Files.Write("root", cluster.Authority.Issue("CN=root"));
        cluster.Files.Write("app", cluster.Authority.Issue("CN=app"));
    }
}
