using System.Collections;
using System.Net;
using System.Net.Sockets;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting;
using MetaStore.Server.Listening;

namespace MetaStore.Server.Tests.Hosting;

/// <summary>How settings reach the layers below: zero as "the default", limits that a layer cannot hold, and addresses that share a port.</summary>
public sealed class RuntimeOptionsTests
{
    private static readonly WalOptions Wal = new() { Directory = "/data/wal", ClusterId = 1, NodeId = 2 };

    [Theory]
    [InlineData("64KiB", 65_536)]
    [InlineData("69631", 65_536)]
    [InlineData("69632", 69_632)]
    [InlineData("64MiB", 64 << 20)]
    public void Wal_SegmentsAreWholePages_AndTheFirstIsNoLarger(string flag, long expected)
    {
        WalOptions made = RuntimeOptions.Wal(Options($"--wal-segment-bytes={flag}"), Wal with { FirstSegmentBytes = 1 << 20 });
        Assert.Equal((expected, Math.Min(1 << 20, expected), false), (made.SegmentBytes, made.FirstSegmentBytes, made.UnsafeNoSync));
        Assert.True(RuntimeOptions.Wal(Options("--unsafe-no-fsync"), Wal).UnsafeNoSync);
    }

    [Theory]
    [InlineData("--batch-enable=false --batch-policy=fixed", BatchPolicyKind.Off)]
    [InlineData("--batch-policy=fixed", BatchPolicyKind.Fixed)]
    [InlineData("--batch-policy=off", BatchPolicyKind.Off)]
    public void Batching_SwitchedOff_IsThePolicyOff(string flags, BatchPolicyKind expected) => Assert.Equal(expected, RuntimeOptions.Batching(Options(flags.Split(' '))).Policy);

    [Theory]
    [InlineData("dynamic", AdmissionMode.Dynamic)]
    [InlineData("fixed", AdmissionMode.Fixed)]
    [InlineData("adaptive", AdmissionMode.Adaptive)]
    public void Admission_EveryModeOfTheFlag_IsOneOfTheLayer(string flag, AdmissionMode expected) =>
        Assert.Equal(expected, RuntimeOptions.Admission(Options($"--admission-mode={flag}")).Mode);

    [Fact]
    public void Admission_QueueBytes_ZeroIsAShareOfTheMemory()
    {
        Assert.Equal(12_345, RuntimeOptions.Admission(Options("--admission-queue-bytes=12345")).MaxWaitingBytes);
        Assert.InRange(RuntimeOptions.Admission(Options()).MaxWaitingBytes, 1, 256L << 20);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("4294967295", int.MaxValue)]
    public void Listener_StreamsPerConnection_AreHeldByANumberOf32Bits(string flag, int expected) =>
        Assert.Equal(expected, Listener($"--max-concurrent-streams={flag}").MaxStreamsPerConnection);

    [Fact]
    public void Listener_KeepAlive_ZeroIsTheDefaultOfTheLayer()
    {
        var defaults = new ListenerOptions();
        ListenerOptions none = Listener("--grpc-keepalive-min-time=0s", "--grpc-keepalive-interval=0s", "--grpc-keepalive-timeout=0s");
        Assert.Equal(
            (defaults.ClientPingMinTime, defaults.KeepAlivePingDelay, defaults.KeepAlivePingTimeout), (none.ClientPingMinTime, none.KeepAlivePingDelay, none.KeepAlivePingTimeout));
        ListenerOptions given = Listener("--grpc-keepalive-min-time=1s", "--grpc-keepalive-interval=2s", "--grpc-keepalive-timeout=3s");
        Assert.Equal((1.0, 2.0, 3.0), (given.ClientPingMinTime.TotalSeconds, given.KeepAlivePingDelay.TotalSeconds, given.KeepAlivePingTimeout.TotalSeconds));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Listener_Connections_AreNoMoreThanConfigured(int max) => Assert.Equal(max, Listener($"--max-client-connections={max}").Connections.Max);

    [Fact]
    public void Listener_HttpAndHttpsOfOneAddress_AreOneEndpoint_PortZeroIsOneEach()
    {
        ListenerOptions listener = Listener(
            "--listen-client-urls=http://127.0.0.1:1,https://127.0.0.1:1,http://127.0.0.1:0,http://127.0.0.1:0,unix://a.sock", "--listen-client-http-urls=http://localhost:2", "--auto-tls");
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:0", "127.0.0.1:0", "a.sock", "127.0.0.1:2"], listener.Endpoints.Select(endpoint => endpoint.Address.ToString()));
        Assert.All(listener.Endpoints, endpoint => Assert.True(endpoint.TakesCleartext));
        Assert.IsType<UnixDomainSocketEndPoint>(listener.Endpoints[3].Address);
    }

    [Fact]
    public void MetricsListener_HasItsOwnAddresses_AndNoGate()
    {
        ListenerOptions metrics = RuntimeOptions.MetricsListener(Options("--listen-metrics-urls=http://127.0.0.1:5"), null!, null);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 5), Assert.Single(metrics.Endpoints).Address);
        Assert.Null(metrics.Gate);
    }

    [Theory]
    [InlineData("http://localhost:5", "127.0.0.1:5")]
    [InlineData("http://0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("https://[::]:5", "[::]:5")]
    public void EndPoint_OfAUrl_LocalhostIsIPv4AsInEtcd(string url, string expected) =>
        Assert.Equal(expected, RuntimeOptions.EndPoint(MetaStore.Server.Configuration.Values.EndpointUrl.Of(url)).ToString());

    private static ListenerOptions Listener(params string[] flags) => RuntimeOptions.Listener(Options(flags), null!, null, null!, null!);

    private static MetaStoreOptions Options(params string[] flags)
    {
        ConfigurationResult result = ConfigurationLoader.Load([.. flags, "--advertise-client-urls=http://127.0.0.1:1"], new Hashtable(), _ => TextReader.Null);
        Assert.Empty(result.Errors);
        return result.Options;
    }
}
