using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Tls;

/// <summary>What TLS for clients and members costs: puts of many callers, and of one alone, on two clusters in turn. Goal S12.</summary>
[Collection("processes")]
public sealed class TlsFiguresTests(ITestOutputHelper output)
{
    private const int Callers = 100;
    private const int Channels = 8;

    private static readonly string[] s_mutual =
    [
        "--peer-cert-file", "{files}/server{member}.crt", "--peer-key-file", "{files}/server{member}.key", "--peer-trusted-ca-file", "{files}/ca.crt", "--peer-client-cert-auth",
    ];

    [SkippableTheory]
    [InlineData(1, 0.1, 0.1, 50)]
    [RowOnRequest(7, 5, 0.75, 0.15)]
    public async Task Puts_CostLittleMore(int rounds, double seconds, double ratioMin, double aloneMsMax)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        await using ProcessCluster clear = ProcessCluster.OfMetaStore(3);
        await clear.StartAsync();
        await using TlsCluster secure = await TlsCluster.StartAsync(Programs.MetaStore, 3, s_mutual);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(secure.Files["ca.crt"]);
        GrpcChannel[] inClear = [.. Enumerable.Range(0, Channels).Select(i => GrpcChannel.ForAddress(clear.Nodes[i % 3].ClientUrl))];
        GrpcChannel[] overTls = [.. Enumerable.Range(0, Channels).Select(i => Trusting(secure.Url(i % 3), authority))];

        // Of each cluster the leader's: a follower adds a message there and one back, which would be compared with a leader's puts.
        int leaderInClear = await LeaderAsync(inClear);
        int leaderOverTls = await LeaderAsync(overTls);
        output.WriteLine($"the leaders are members {leaderInClear} and {leaderOverTls}");
        var (ratios, apart) = (new List<double>(), new List<double>());
        for (int round = -1; round < rounds; round++)
        {
            double plain = await ThroughputAsync(inClear, seconds);
            double tls = await ThroughputAsync(overTls, seconds);
            double plainAlone = await AloneAsync(inClear[leaderInClear], seconds);
            double tlsAlone = await AloneAsync(overTls[leaderOverTls], seconds);
            if (round >= 0)
            {
                ratios.Add(tls / plain);
                apart.Add(tlsAlone - plainAlone);
                output.WriteLine($"cleartext {plain:F0}/s, TLS {tls:F0}/s, ratio {tls / plain:F2}; alone {plainAlone:F3} and {tlsAlone:F3} ms");
            }
        }

        output.WriteLine($"median of {rounds}: ratio {Median(ratios):F2}, alone {Median(apart):+0.000;-0.000} ms");
        Assert.True(Median(ratios) >= ratioMin, $"{Median(ratios)}");
        Assert.True(Median(apart) <= aloneMsMax, $"{Median(apart)} ms");
    }

    /// <summary>The first channel to the leader.</summary>
    private static async Task<int> LeaderAsync(GrpcChannel[] channels)
    {
        for (int at = 0; ; at = (at + 1) % channels.Length)
        {
            StatusResponse status = await new Maintenance.MaintenanceClient(channels[at]).StatusAsync(new StatusRequest());
            if (status.Leader == status.Header.MemberId)
            {
                return at;
            }
        }
    }

    private static GrpcChannel Trusting(string url, X509Certificate2 authority)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        return GrpcChannel.ForAddress(url, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    private static async Task<double> ThroughputAsync(GrpcChannel[] channels, double seconds)
    {
        KV.KVClient[] clients = [.. channels.Select(channel => new KV.KVClient(channel))];
        long puts = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            var request = new PutRequest { Key = ByteString.CopyFromUtf8($"key-{caller}"), Value = ByteString.CopyFrom(new byte[100]) };
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                await clients[caller % clients.Length].PutAsync(request);
                Interlocked.Increment(ref puts);
            }
        }));
        return puts / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Median in milliseconds.</summary>
    private static async Task<double> AloneAsync(GrpcChannel channel, double seconds)
    {
        var client = new KV.KVClient(channel);
        var times = new List<double>();
        var request = new PutRequest { Key = ByteString.CopyFromUtf8("alone"), Value = ByteString.CopyFrom(new byte[100]) };
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds;)
        {
            long at = Stopwatch.GetTimestamp();
            await client.PutAsync(request);
            times.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        return Median(times);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
