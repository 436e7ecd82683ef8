using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Watching;

/// <summary>One watch stream to one server, and what it received for each watch, regardless of the grouping into responses.</summary>
internal sealed class WatchTranscript : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly Dictionary<long, long> _lastRevision = [];
    private readonly SortedDictionary<long, List<string>> _lines = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _answered = new(0);
    private readonly Task _reading;
    private int _count;

    internal WatchTranscript(ClusterNode server)
    {
        _channel = GrpcChannel.ForAddress(server.ClientUrl, new GrpcChannelOptions
        {
            HttpHandler = server.Security.CreateHandler(), DisposeHttpClient = true, ThrowOperationCanceledOnCancellation = true,
        });
        _call = new Watch.WatchClient(_channel).Watch();
        _reading = ReadAsync();
    }

    /// <summary>Lines so far.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Received lines by watch; -1 has the rejections.</summary>
    internal SortedDictionary<long, List<string>> Lines()
    {
        lock (_lines)
        {
            return new SortedDictionary<long, List<string>>(_lines);
        }
    }

    /// <summary>Creates a watch and waits for the response.</summary>
    internal Task CreateAsync(WatchCreateRequest request) => AskAsync(new WatchRequest { CreateRequest = request });

    /// <summary>Cancels an existing watch and waits for the response.</summary>
    internal Task CancelAsync(long id) => AskAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = id } });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _call.Dispose();
        _channel.Dispose();
        _answered.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(WatchRequest request)
    {
        await _call.RequestStream.WriteAsync(request, _stop.Token);
        Assert.True(await _answered.WaitAsync(Limit), $"no answer to {request}");
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(_stop.Token))
            {
                var response = _call.ResponseStream.Current;
                lock (_lines)
                {
                    Keep(response);
                }

                if (response.Created || (response.Canceled && response.CompactRevision == 0))
                {
                    _answered.Release();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test has ended.
        }
    }

    private void Keep(WatchResponse response)
    {
        var lines = _lines.TryGetValue(response.WatchId, out var known) ? known : _lines[response.WatchId] = [];
        if (response.Events.Count == 0)
        {
            lines.Add($"created={response.Created} canceled={response.Canceled} compacted={response.CompactRevision} " +
                $"reason={response.CancelReason} at {response.Header.Revision}");
            _lastRevision.Remove(response.WatchId);
        }

        foreach (var change in response.Events)
        {
            var isInOrder = change.Kv.ModRevision >= _lastRevision.GetValueOrDefault(response.WatchId);
            lines.Add((isInOrder ? "" : "OUT OF ORDER ") + JsonFormatter.Default.Format(change));
            _lastRevision[response.WatchId] = change.Kv.ModRevision;
        }

        Volatile.Write(ref _count, _count + Math.Max(response.Events.Count, 1));
    }
}
