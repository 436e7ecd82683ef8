using System.Collections.Concurrent;
using System.Diagnostics;
using MetaStore.Client;
using MetaStore.Grpc;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Writers that put unique values under unique keys, one call at a time each, until they are stopped.</summary>
/// <remarks>A key is written by one call only: a version above 1 means that call was applied twice.</remarks>
internal sealed class WriteLoad : IAsyncDisposable
{
    private readonly MetaStoreClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _writers;
    private readonly ConcurrentQueue<WriteRecord>[] _records;
    private readonly string _prefix;
    private long _acknowledged;
    private long _lastAcknowledgedAt;

    /// <summary>Starts the writers.</summary>
    /// <param name="endpoints">Every member.</param>
    /// <param name="writers">Calls in flight.</param>
    /// <param name="prefix">What this load's keys start with; two loads on one cluster need two.</param>
    public WriteLoad(IReadOnlyList<Uri> endpoints, int writers, string prefix)
    {
        _prefix = prefix;
        _client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = endpoints, CommandTimeout = TimeSpan.FromSeconds(10), DialTimeout = TimeSpan.FromMilliseconds(500) });
        _records = [.. Enumerable.Range(0, writers).Select(_ => new ConcurrentQueue<WriteRecord>())];
        _writers = [.. Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer)))];
    }

    /// <summary>Writes acknowledged so far.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Stopwatch timestamp of the newest acknowledgement.</summary>
    public long LastAcknowledgedAt => Interlocked.Read(ref _lastAcknowledgedAt);

    /// <summary>Everything that was tried, a list per writer in the order it was tried.</summary>
    public IReadOnlyList<IReadOnlyList<WriteRecord>> Records => [.. _records.Select(queue => queue.ToArray())];

    /// <summary>Ends the writers after the calls they are in.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writers);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task WriteAsync(int writer)
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var key = $"{_prefix}/{writer:d3}/{number:d8}";
            var value = $"value of {key}";
            try
            {
                var response = await _client.Kv.PutAsync(key, value);
                _records[writer].Enqueue(new WriteRecord(key, value, response.Header.Revision));
                Interlocked.Increment(ref _acknowledged);
                Interlocked.Exchange(ref _lastAcknowledgedAt, Stopwatch.GetTimestamp());
            }
            catch (RpcException)
            {
                // The caller cannot know whether it happened; the check allows both, once.
                _records[writer].Enqueue(new WriteRecord(key, value, Revision: 0));
            }
        }
    }
}
