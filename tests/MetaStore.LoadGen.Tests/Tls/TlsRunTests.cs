using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.LoadGen.Cli;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Tests.Load;
using Answer = MetaStore.LoadGen.Tests.Load.FakeGrpcServer.Answer;

namespace MetaStore.LoadGen.Tests.Tls;

/// <summary>Runs against https endpoints.</summary>
public sealed class TlsRunTests : IDisposable
{
    private static readonly Task<Answer> _ok = Task.FromResult(new Answer(0, []));

    private readonly string _file = Path.GetTempFileName();
    private readonly X509Certificate2 _certificate = SelfSigned();

    public TlsRunTests() => File.WriteAllText(_file, _certificate.ExportCertificatePem());

    [Theory]
    [InlineData(1, 1, 1, 100)]
    [InlineData(100, 4, 2, 100)]
    [InlineData(8, 1, 1, 700_000)]
    public async Task Run_EveryCallIsAnswered(int inflight, int connections, int threads, int valueBytes)
    {
        int wrong = 0;
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync(
            (_, _, body) =>
            {
                ProtoFields fields = new(body);
                bool whole = fields.MoveNext() && fields.MoveNext() && fields.Bytes.Length == valueBytes && !fields.MoveNext();
                Interlocked.Add(ref wrong, whole ? 0 : 1);
                return _ok;
            },
            certificate: _certificate);
        int count = valueBytes > 1000 ? 60 : 2000;
        LoadResult result = LoadRunner.Run(Options(server, _file) with { Inflight = inflight, Connections = connections, Threads = threads, Count = count, ValueBytes = valueBytes });
        Assert.Equal(0, wrong);
        Assert.InRange(result.Succeeded, count, count + inflight);
        Assert.Equal(result.Total, result.Succeeded);
    }

    [Fact]
    public async Task ServerOfAnotherAuthority_IsRefused()
    {
        using X509Certificate2 other = SelfSigned();
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync((_, _, _) => _ok, certificate: other);
        IOException refused = Assert.Throws<IOException>(() => LoadRunner.Targets(Options(server, _file) with { User = "somebody:secret" }));
        Assert.Contains("TLS handshake failed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Calls);
    }

    [Fact]
    public void HttpsWithoutAnAuthority_IsAUsageError() =>
        Assert.Contains("--cacert", Assert.Throws<UsageException>(() => OptionParser.Parse(["put", "--endpoints", "https://127.0.0.1:2379"])).Message, StringComparison.Ordinal);

    public void Dispose()
    {
        File.Delete(_file);
        _certificate.Dispose();
    }

    private static LoadOptions Options(FakeGrpcServer server, string authority) =>
        OptionParser.Parse(["put", "--endpoints", $"https://{server.Endpoint}", "--cacert", authority, "--warmup", "0", "--threads", "1"]);

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=load test", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
