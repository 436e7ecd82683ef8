using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests;

/// <summary>Signed tokens beside etcd: with the same keys each takes the other's, and both refuse the same.</summary>
[Collection("processes")]
public sealed class SignedTokenTests : IDisposable
{
    private const string Range = """{"key":"YQ=="}""";

    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [SkippableTheory]
    [InlineData("RS256")]
    [RowOnRequest("PS384")]
    [RowOnRequest("ES256")]
    [RowOnRequest("ES512")]
    [RowOnRequest("HS512")]
    public async Task Token_OfEither_IsTakenByTheOther(string method)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        string flag = Flag(method);
        await using var reference = ProcessCluster.OfEtcd(1, flag, "--bcrypt-cost=4");
        await using var tested = ProcessCluster.OfMetaStore(1, flag, "--bcrypt-cost=4");
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        using var etcd = new HttpClient { BaseAddress = reference.Nodes[0].ClientUrl };
        using var metastore = new HttpClient { BaseAddress = tested.Nodes[0].ClientUrl };
        string[] tokens = [await EnabledAsync(etcd), await EnabledAsync(metastore)];
        Assert.Equal(HeaderOf(tokens[0]), HeaderOf(tokens[1]));
        Assert.Equal(ClaimsOf(tokens[0]), ClaimsOf(tokens[1]));
        string[] bad = [tokens[0][..^4] + "AAAA", "a.b.c", "abc.1", ""];
        foreach (string token in (string[])[.. tokens, .. bad])
        {
            (HttpStatusCode, string)[] answers = [await CallAsync(etcd, "kv/range", Range, token), await CallAsync(metastore, "kv/range", Range, token)];
            Assert.Equal((token, answers[0].Item1, answers[0].Item2), (token, answers[1].Item1, answers[1].Item2));
            Assert.Equal(tokens.Contains(token), answers[1].Item1 == HttpStatusCode.OK);
        }
    }

    private string Flag(string method)
    {
        string key = method[..2] switch
        {
            "HS" => _files.Write("key", "a secret\n"),
            "ES" => Written(ECDsa.Create(method == "ES256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP521)),
            _ => Written(RSA.Create(2048)),
        };
        return $"--auth-token=jwt,sign-method={method},priv-key={key},ttl=10m{(method.StartsWith("HS", StringComparison.Ordinal) ? "" : $",pub-key={_files["pub"]}")}";
    }

    private string Written(AsymmetricAlgorithm key)
    {
        using (key)
        {
            _files.Write("pub", key.ExportSubjectPublicKeyInfoPem() + "\n");
            return _files.Write("key", (key is ECDsa ecdsa ? ecdsa.ExportECPrivateKeyPem() : ((RSA)key).ExportRSAPrivateKeyPem()) + "\n");
        }
    }

    private static async Task<string> EnabledAsync(HttpClient http)
    {
        foreach ((string call, string body) in new[]
        {
            ("auth/user/add", """{"name":"root","password":"root"}"""), ("auth/role/add", """{"name":"root"}"""),
            ("auth/user/grant", """{"user":"root","role":"root"}"""), ("auth/enable", "{}"),
        })
        {
            (HttpStatusCode status, string text) = await CallAsync(http, call, body, "");
            Assert.True(status == HttpStatusCode.OK, $"{call}: {text}");
        }

        (_, string answer) = await CallAsync(http, "auth/authenticate", """{"name":"root","password":"root"}""", "", isRaw: true);
        return JsonDocument.Parse(answer).RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>Status and text; of a success the text is left out, which names the cluster.</summary>
    private static async Task<(HttpStatusCode Status, string Text)> CallAsync(HttpClient http, string call, string body, string token, bool isRaw = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/" + call) { Content = new StringContent(body) };
        if (token.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, answer.IsSuccessStatusCode && !isRaw ? "" : text);
    }

    private static string HeaderOf(string token) => Decoded(token, 0);

    /// <summary>Without the time, which differs.</summary>
    private static string ClaimsOf(string token)
    {
        using var claims = JsonDocument.Parse(Decoded(token, 1));
        return string.Join(' ', claims.RootElement.EnumerateObject().Where(claim => claim.Name != "exp").Select(claim => $"{claim.Name}={claim.Value}"));
    }

    private static string Decoded(string token, int part) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[part]));
}
