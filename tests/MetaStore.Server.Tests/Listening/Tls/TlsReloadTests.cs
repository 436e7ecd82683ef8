using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Certificates, authorities and revocation lists that change while clients come and stay.</summary>
public sealed class TlsReloadTests
{
    private static readonly TimeSpan NewOnesAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OpenOnesAfter = TimeSpan.FromSeconds(5);

    /// <summary>A busy machine may be late; the times above are what a quiet one keeps to.</summary>
    private const int Busy = 5;

    [Theory]
    [InlineData(40)]
    [RowOnRequest(1_000)]
    public async Task Handshakes_WhilePairAuthoritiesAndListChange_AllSucceed(int handshakes)
    {
        await using TlsNode node = await MutualAsync();
        using TestAuthority second = TestAuthority.Create("second authority");
        TestCertificate client = node.Authority.Issue("CN=client");
        int done = 0;
        var subjects = new ConcurrentDictionary<string, bool>();
        Task changes = Task.Run(async () =>
        {
            for (int round = 0; Volatile.Read(ref done) < handshakes; round++)
            {
                string subject = $"CN=server {round}";
                node.Files.Write("server", node.Authority.IssueServer(subject));
                node.Files.Write("ca.crt", round % 2 == 0 ? node.Authority.Pem + second.Pem : node.Authority.Pem);
                node.Authority.Revoke(node.Authority.Issue("CN=gone").Certificate);
                node.Files.Write("ca.crl", node.Authority.RevocationList());
                await Eventually.TrueAsync(
                    () => subjects.ContainsKey(subject) || Volatile.Read(ref done) >= handshakes, TimeSpan.FromSeconds(60), () => $"the certificate {subject} is shown");
            }
        });
        for (; done < handshakes; Interlocked.Increment(ref done))
        {
            await using SslStream connection = await node.ConnectAsync(client);
            Assert.Contains("200", await GetAsync(connection, "/version"), StringComparison.Ordinal);
            subjects[connection.RemoteCertificate!.Subject] = true;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        await changes;
        Assert.True(subjects.Count > 1, "no new certificate was seen");
        Assert.Equal(0, await MetricAsync(node, client, "metastore_tls_client_certificates_refused_total"));
        Assert.Equal(0, await MetricAsync(node, client, "metastore_tls_connections_closed_total"));
    }

    [Fact]
    public async Task RevokedClient_IsRefused_AndItsConnectionsAreClosed_OthersStay()
    {
        await using TlsNode node = await MutualAsync();
        TestCertificate revoked = node.Authority.Issue("CN=revoked");
        TestCertificate stays = node.Authority.Issue("CN=stays");
        await using SslStream one = await node.ConnectAsync(revoked);
        await using SslStream two = await node.ConnectAsync(revoked);
        await using SslStream other = await node.ConnectAsync(stays);
        foreach (SslStream open in (SslStream[])[one, two, other])
        {
            Assert.Contains("200", await GetAsync(open, "/version"), StringComparison.Ordinal);
        }

        node.Authority.Revoke(revoked.Certificate);
        node.Files.Write("ca.crl", node.Authority.RevocationList());
        await Task.WhenAll(ClosedAsync(one), ClosedAsync(two)).WaitAsync(OpenOnesAfter * Busy);
        await RefusedWithinAsync(node, revoked);
        Assert.Contains("200", await GetAsync(other, "/version"), StringComparison.Ordinal);
        Assert.Equal(2, await MetricAsync(node, stays, "metastore_tls_connections_closed_total"));
    }

    [Fact]
    public async Task AuthorityThatGoes_TakesItsClientsAlong()
    {
        await using TlsNode node = await MutualAsync(withList: false);
        using TestAuthority second = TestAuthority.Create("second authority");
        node.Files.Write("ca.crt", node.Authority.Pem + second.Pem);
        TestCertificate client = second.Issue("CN=client");
        await Eventually.TrueAsync(() => IsServedAsync(node, client), NewOnesAfter * Busy, () => "the second authority is taken");
        await using SslStream open = await node.ConnectAsync(client);
        Assert.Contains("200", await GetAsync(open, "/version"), StringComparison.Ordinal);
        node.Files.Write("ca.crt", node.Authority.Pem);
        await ClosedAsync(open).WaitAsync(OpenOnesAfter * Busy);
        await RefusedWithinAsync(node, client);
    }

    [Fact]
    public async Task BrokenFiles_ChangeNothing_AndAreCounted()
    {
        await using TlsNode node = await MutualAsync();
        TestCertificate client = node.Authority.Issue("CN=client");
        using (HttpClient http = node.Http(client))
        {
            Assert.Contains("metastore_tls_reload_failures_total 0", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        }

        string serial = await SerialAsync(node, client);
        TestCertificate next = node.Authority.IssueServer("CN=next");

        // A certificate whose key does not follow, half an authority, and a list in another coding.
        node.Files.Write("server.crt", next.Pem);
        node.Files.Write("ca.crt", node.Authority.Pem[..200]);
        await FailuresAsync(node, client, 2);
        node.Files.Write("ca.crt", node.Authority.Pem);
        node.Files.Write("ca.crl", "no list");
        await FailuresAsync(node, client, 3);
        Assert.Equal(serial, await SerialAsync(node, client));

        // Whole again: the new certificate counts.
        node.Files.Write("server.key", next.KeyPem);
        await Eventually.TrueAsync(
            async () => await SerialAsync(node, client) == next.Certificate.SerialNumber, NewOnesAfter * Busy, () => "the new pair is used");
        Assert.Equal(3, await MetricAsync(node, client, "metastore_tls_reload_failures_total"));
    }

    [Fact]
    public async Task ListThatIsMissingAtTheStart_RefusesEveryClient_UntilItIsThere()
    {
        await using TlsNode node = await TlsNode.StartAsync((files, _) => [$"--trusted-ca-file={files["ca.crt"]}", $"--client-crl-file={files["ca.crl"]}"]);
        TestCertificate client = node.Authority.Issue("CN=client");
        Assert.False(await IsServedAsync(node, client));
        node.Files.Write("ca.crl", node.Authority.RevocationList());
        await Eventually.TrueAsync(() => IsServedAsync(node, client), NewOnesAfter * Busy, () => "the list is taken");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ListPastItsNextUpdate_GoesOnToCount_OrRefusesAll(bool requiresFresh)
    {
        TestCertificate? revoked = null;
        await using TlsNode node = await TlsNode.StartAsync((files, authority) =>
        {
            revoked = authority.Issue("CN=revoked");
            authority.Revoke(revoked.Certificate);
            files.Write("ca.crl", authority.RevocationList(nextUpdate: -1));
            return [$"--trusted-ca-file={files["ca.crt"]}", $"--client-crl-file={files["ca.crl"]}", $"--crl-require-fresh={(requiresFresh ? "true" : "false")}"];
        });
        TestCertificate client = node.Authority.Issue("CN=client");
        Assert.False(await IsServedAsync(node, revoked!));
        Assert.Equal(!requiresFresh, await IsServedAsync(node, client));
        node.Files.Write("ca.crl", node.Authority.RevocationList());
        await Eventually.TrueAsync(() => IsServedAsync(node, client), NewOnesAfter * Busy, () => "the fresh list is taken");
        await Eventually.TrueAsync(
            async () => await MetricAsync(node, client, "metastore_tls_revocation_list_stale") == 0, NewOnesAfter * Busy, () => "the list is fresh");
        Assert.False(await IsServedAsync(node, revoked!));
    }

    private static Task<TlsNode> MutualAsync(bool withList = true) => TlsNode.StartAsync((files, authority) => withList
        ? [$"--trusted-ca-file={files["ca.crt"]}", $"--client-crl-file={files.Write("ca.crl", authority.RevocationList())}"]
        : [$"--trusted-ca-file={files["ca.crt"]}"]);

    private static Task RefusedWithinAsync(TlsNode node, TestCertificate client) =>
        Eventually.TrueAsync(async () => !await IsServedAsync(node, client), NewOnesAfter * Busy, () => "the client is refused");

    private static async Task<bool> IsServedAsync(TlsNode node, TestCertificate client)
    {
        try
        {
            await using SslStream connection = await node.ConnectAsync(client);
            return (await GetAsync(connection, "/version")).Contains("200", StringComparison.Ordinal);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static async Task<string> SerialAsync(TlsNode node, TestCertificate client)
    {
        await using SslStream connection = await node.ConnectAsync(client);
        return ((System.Security.Cryptography.X509Certificates.X509Certificate2)connection.RemoteCertificate!).SerialNumber;
    }

    private static Task FailuresAsync(TlsNode node, TestCertificate client, int expected) => Eventually.TrueAsync(
        async () => await MetricAsync(node, client, "metastore_tls_reload_failures_total") == expected, NewOnesAfter * Busy, () => $"{expected} failures are counted");

    private static async Task<double> MetricAsync(TlsNode node, TestCertificate client, string name)
    {
        using HttpClient http = node.Http(client);
        string line = (await http.GetStringAsync("/metrics")).Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>One request over HTTP/1.1, answered with an object, on an open connection; the status line. Empty when the server has closed.</summary>
    private static async Task<string> GetAsync(SslStream connection, string path)
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        byte[] buffer = new byte[4096];
        var answer = new StringBuilder();
        for (int read; !answer.ToString().Contains('}') && (read = await connection.ReadAsync(buffer)) > 0;)
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return answer.ToString().Split('\r')[0];
    }

    private static async Task ClosedAsync(SslStream connection)
    {
        byte[] rest = new byte[4096];
        try
        {
            while (await connection.ReadAsync(rest) > 0)
            {
                // What was sent before.
            }
        }
        catch (IOException)
        {
            // Closed without the end of TLS.
        }
    }
}
