using System.Globalization;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>A client that creates watches on all keys and then never reads.</summary>
internal sealed class SilentWatcher : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly HttpClient _http;

    private SilentWatcher(ClusterNode node)
    {
        _channel = GrpcChannel.ForAddress(node.ClientUrl, new GrpcChannelOptions { HttpHandler = node.Security.CreateHandler(), DisposeHttpClient = true });
        _call = new Watch.WatchClient(_channel).Watch();
        _http = new HttpClient(node.Security.CreateHandler()) { BaseAddress = node.ClientUrl };
    }

    public static async Task<SilentWatcher> OpenAsync(ClusterNode node, int watches)
    {
        var watcher = new SilentWatcher(node);
        for (var i = 0; i < watches; i++)
        {
            var all = ByteString.CopyFrom(0);
            await watcher._call.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = all, RangeEnd = all } });
            Assert.True((await watcher._call.ResponseStream.NextAsync())!.Created);
        }

        return watcher;
    }

    /// <summary>A value from the member's metrics page.</summary>
    public async Task<long> MetricAsync(string name)
    {
        var page = await _http.GetStringAsync("/metrics");
        var line = page.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return (long)double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
        _http.Dispose();
    }
}
