using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Tls;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Foreign;

/// <summary>Members with TLS and users: root, and "app", which may read and write under "app/".</summary>
internal sealed class SecuredCluster : IAsyncDisposable
{
    private static readonly string[] s_users =
    [
        "user add root:root-password", "user grant-role root root", "user add app:app-password", "role add app", "role grant-permission app readwrite app/ --prefix",
        "user grant-role app app", "auth enable",
    ];

    private readonly TlsCluster _members;
    private readonly HttpClient _http;
    private readonly int _size;

    private SecuredCluster(TlsCluster members, TestCertificate shown, int size, bool isMutual)
    {
        (_members, _size, IsMutual) = (members, size, isMutual);
        ClientArguments = [members.Endpoints, members.Files["ca.crt"], .. isMutual ? (string[])[members.Files["app.crt"], members.Files["app.key"]] : []];
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [shown.Certificate];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(members.Authority.Certificate);
        _http = new HttpClient(handler);
    }

    /// <summary>The members demand certificates of clients.</summary>
    public bool IsMutual { get; }

    /// <summary>Arguments of a client's script: endpoints with commas, file of the authority and, where the members demand one, the client's certificate and its key.</summary>
    public string[] ClientArguments { get; }

    /// <summary>Starts the members and enables auth.</summary>
    /// <param name="size">Number of members.</param>
    /// <param name="mutual">Flags by which they demand certificates of clients, or none.</param>
    public static async Task<SecuredCluster> StartAsync(int size, params string[] mutual)
    {
        TestCertificate? shown = null;
        TlsCluster members = await TlsCluster.StartAsync(
            Programs.MetaStore, size,
            cluster =>
            {
                // Without a common name: the JSON gateway refuses certificates that name a user, as etcd's does.
                shown = cluster.Authority.Issue("O=clients");
                cluster.Files.Write("app", shown);

                // Without --trusted-ca-file, members that call each other verify the certificate by the chain in their own file.
                for (int member = 0; member < size; member++)
                {
                    string file = $"server{member}.crt";
                    cluster.Files.Write(file, File.ReadAllText(cluster.Files[file]) + cluster.Authority.Pem);
                }
            },
            [.. mutual, "--bcrypt-cost=4", "--heartbeat-interval=50", "--election-timeout=1000"]);
        var secured = new SecuredCluster(members, shown!, size, mutual.Length > 0);
        try
        {
            foreach (string command in s_users)
            {
                EtcdctlAnswer answer = await members.EtcdctlAsync(["--endpoints", members.Url(0), "--command-timeout=20s", .. members.ClientFlags, .. command.Split(' ')]);
                Assert.True(answer.ExitCode == 0, $"{command}: {answer}");
            }

            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the members have counted so far.</summary>
    public async Task<Handshakes> HandshakesAsync()
    {
        var sum = new Handshakes(0, 0);
        for (int member = 0; member < _size; member++)
        {
            string[] lines = (await _http.GetStringAsync(new Uri(_members.Url(member) + "/metrics"))).Split('\n');
            sum = new Handshakes(
                sum.Failed + Value(lines, "metastore_tls_handshakes_failed_total"), sum.Refused + Value(lines, "metastore_tls_client_certificates_refused_total"));
        }

        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _members.DisposeAsync();
    }

    private static double Value(string[] lines, string name) =>
        double.Parse(lines.Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
}
