using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;
using Service = MetaStore.Protocol.Etcd.Auth.AuthClient;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>Passwords, tokens and keys are in nothing that members write: logs at the lowest level, audit, metrics, data, backups, reports. Goal S16.</summary>
[Collection("processes")]
public sealed class SecretSearchTests : IDisposable
{
    private const string RootPassword = "Pq3vRootPassword";
    private const string PlainPassword = "Pq3vPlainPassword";
    private const string NextPassword = "Pq3vNextPassword";
    private const string WrongPassword = "Pq3vWrongPassword";
    private const string PeerSecret = "Pq3vPeerSecretOfTheCluster0123456789";
    private const string SigningKey = "Pq3vSigningKeyOfTheCluster0123456789";

    private readonly CertificateFolder _files = new();
    private readonly List<string> _secrets = [RootPassword, PlainPassword, NextPassword, WrongPassword, PeerSecret, SigningKey];

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(false)]
    [RowOnRequest(true)]
    public async Task NothingThatIsWritten_HasASecret(bool isSigned)
    {
        string[] tokens = isSigned ? [$"--auth-token=jwt,sign-method=HS256,priv-key={Private("jwt", SigningKey)},ttl=10m"] : [];
        await using var cluster = ProcessCluster.OfMetaStore(
            3, ["--bcrypt-cost=4", "--log-level=debug", "--warning-unary-request-duration=1us", "--audit-log=stderr", $"--peer-secret-file={Private("secret", PeerSecret)}", .. tokens]);
        await cluster.StartAsync();
        ClusterNode first = cluster.Nodes[0];
        using var channel = GrpcChannel.ForAddress(first.ClientUrl);
        var users = new Service(channel);
        await UserCluster.EnableAsync(users, RootPassword, PlainPassword);
        string root = await TokenAsync(users, "root", RootPassword);
        string plain = await TokenAsync(users, "plain", PlainPassword);
        await users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = NextPassword }, UserCluster.With(root));
        await RefusedAsync(() => users.AuthenticateAsync(new AuthenticateRequest { Name = "root", Password = WrongPassword }).ResponseAsync);
        await UseTokensAsync(new KV.KVClient(channel), root, plain);
        await AskGatewayAsync(first, root);
        List<string> reports = await RunMetactlAsync(cluster);

        var written = new List<(string Name, byte[] Bytes)>();
        using var http = new HttpClient();
        foreach (ClusterNode node in cluster.Nodes)
        {
            written.Add(($"metrics of {node.Name}", await http.GetByteArrayAsync(new Uri(node.ClientUrl, "/metrics"))));
            await node.Process!.KillAsync();
            written.Add(($"log of {node.Name}", Encoding.UTF8.GetBytes(node.Process.Output)));
            written.AddRange(Directory.EnumerateFiles(node.DataDirectory, "*", SearchOption.AllDirectories).Select(path => (path, File.ReadAllBytes(path))));
        }

        written.AddRange(reports.Select(path => (path, Unpacked(path))));

        // The search finds what is there: keys and names of users are no secrets.
        Assert.Contains(written, file => Has(file.Bytes, "p/visible-key"));
        Assert.Contains(written, file => file.Name.StartsWith("log", StringComparison.Ordinal) && Has(file.Bytes, "/etcdserverpb.Auth/UserChangePassword"));
        Assert.Contains(written, file => file.Name.StartsWith("log", StringComparison.Ordinal) && Has(file.Bytes, "\"level\":\"debug\""));
        Assert.Empty(from file in written from secret in _secrets where Has(file.Bytes, secret) || Has(file.Bytes, Encoded(secret)) select $"{secret} in {file.Name}");
    }

    private static async Task RefusedAsync<T>(Func<Task<T>> call) => await Assert.ThrowsAsync<RpcException>(call);

    private async Task<string> TokenAsync(Service users, string name, string password) =>
        Kept((await users.AuthenticateAsync(new AuthenticateRequest { Name = name, Password = password })).Token);

    /// <summary>A token becomes a secret. The number after the last dot of one of the log's tokens is the index of its entry, which is none.</summary>
    private string Kept(string token)
    {
        _secrets.Add(token.Count(c => c == '.') == 1 ? token[..token.IndexOf('.', StringComparison.Ordinal)] : token);
        return token;
    }

    private async Task UseTokensAsync(KV.KVClient kv, string root, string plain)
    {
        var visible = new PutRequest { Key = ByteString.CopyFromUtf8("p/visible-key"), Value = ByteString.CopyFromUtf8("a value") };
        await kv.PutAsync(visible, UserCluster.With(root));
        await RefusedAsync(() => kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("x") }, UserCluster.With(plain)).ResponseAsync);
        await RefusedAsync(() => kv.PutAsync(visible, UserCluster.With(Kept("Pq3vTokenOfNobody.1"))).ResponseAsync);
        await RefusedAsync(() => kv.PutAsync(visible, new Metadata { { "authorization", "Bearer " + Kept("Pq3vBearerOfNobody.1") } }).ResponseAsync);
    }

    /// <summary>Answers and error texts may be logged: none may repeat a password or a token.</summary>
    private async Task AskGatewayAsync(ClusterNode node, string root)
    {
        using var http = new HttpClient { BaseAddress = node.ClientUrl };
        string[] bodies =
        [
            $$"""{"name":"root","password":"{{WrongPassword}}"}""", $$"""{"name":"root","password":"{{WrongPassword}}""", $$"""{"name":"root","passwort":"{{WrongPassword}}"}""",
            $$"""{"name":"root","password":{{WrongPassword}}}""", $$"""{"{{WrongPassword}}":1}""",
        ];
        foreach (string body in bodies)
        {
            using HttpResponseMessage answer = await http.PostAsync("/v3/auth/authenticate", new StringContent(body));
            Assert.False(answer.IsSuccessStatusCode, body);
        }

        using var ask = new HttpRequestMessage(HttpMethod.Post, "/v3/auth/user/list") { Content = new StringContent("{}") };
        ask.Headers.Authorization = new AuthenticationHeaderValue(root);
        using HttpResponseMessage list = await http.SendAsync(ask);
        Assert.True(list.IsSuccessStatusCode);
        using HttpResponseMessage byQuery = await http.GetAsync($"/v3/kv/range?token={Kept("Pq3vTokenInTheQuery.1")}");
        Assert.False(byQuery.IsSuccessStatusCode);
    }

    /// <summary>Backups and reports of an operator.</summary>
    /// <returns>The files.</returns>
    private async Task<List<string>> RunMetactlAsync(ProcessCluster cluster)
    {
        string[] user = ["--endpoints", cluster.Endpoints, "--user", $"root:{RootPassword}"];
        List<string> reports = [_files["backup.db"], _files["report.tar.gz"], _files["printed"]];
        string config = _files.Write("config.yaml", $"name: n1\npeer-secret: {PeerSecret}\nauth-token: jwt,sign-method=HS256,priv-key={_files["jwt"]}\n");
        var printed = new StringBuilder();
        string[][] calls =
        [
            [.. user, "put", "p/by-metactl", "v"], ["--endpoints", cluster.Nodes[0].Endpoint, "--user", $"root:{RootPassword}", "snapshot", "save", reports[0]], [.. user, "endpoint", "status", "-w", "json"],
            [.. user, "diagnose", "-o", reports[1], "--config-file", config],
            ["--endpoints", cluster.Endpoints, "--user", $"root:{WrongPassword}", "get", "x"],
        ];
        foreach (string[] words in calls)
        {
            await using ServerProcess metactl = ServerProcess.Start(Programs.Metactl, words);
            int code = await metactl.WaitForExitAsync(TimeSpan.FromSeconds(60));
            Assert.True((code == 0) == !words.Contains($"root:{WrongPassword}"), $"{string.Join(' ', words)}: {code}\n{metactl.Output}");
            printed.AppendLine(metactl.Output);
        }

        _files.Write("printed", printed.ToString());
        return reports;
    }

    private string Private(string name, string text)
    {
        string path = _files.Write(name, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    private static string Encoded(string secret) => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=');

    private static bool Has(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static byte[] Unpacked(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var unpacked = new MemoryStream();
        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
