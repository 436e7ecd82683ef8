using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace WatchedCache;

/// <summary>Values of the keys under <c>values/</c>, kept until a watch reports that they have changed.</summary>
/// <remarks>
/// A value is as old as the last event received. While no member can be reached the watch receives none, and values stay as they are: what must not be
/// old is read from the cluster.
/// </remarks>
internal sealed class ValueCache(MetaStoreClient client, ILogger<ValueCache> log) : BackgroundService
{
    private const string Prefix = "values/";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, string?> _values = new(StringComparer.Ordinal);
    private readonly Lock _order = new();
    private long _seen = long.MaxValue;

    /// <summary>The value of a key, or null, and whether it was in memory.</summary>
    public async Task<(string? Value, bool FromCache)> GetAsync(string key, CancellationToken cancellation)
    {
        if (_values.TryGetValue(key, out var kept))
        {
            return (kept, true);
        }

        var answer = await client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(Prefix + key) }, cancellation);
        var value = answer.Kvs is [var pair] ? pair.Value.ToStringUtf8() : null;
        lock (_order)
        {
            // An answer from before the last event may be the value that the event has replaced.
            if (answer.Header.Revision >= _seen)
            {
                _values[key] = value;
            }
        }

        return (value, false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(stoppingToken);
            }
            catch (Exception lost) when (lost is RpcException or WatchCompactedException)
            {
                log.LogWarning("Nothing is cached until the watch is back: {Reason}", lost.Message);
                Seen(long.MaxValue, null);
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        var range = KeyRange.Prefix(Prefix);
        await foreach (var response in client.Watch.WatchAsync(new WatchCreateRequest { Key = range.Key, RangeEnd = range.RangeEnd }, stop))
        {
            if (response.Created)
            {
                // Every later change is an event.
                Seen(response.Header.Revision, null);
            }

            foreach (var change in response.Events)
            {
                Seen(change.Kv.ModRevision, change.Kv.Key.ToStringUtf8()[Prefix.Length..]);
            }
        }
    }

    /// <summary>Drops a key, or all of them.</summary>
    private void Seen(long revision, string? key)
    {
        lock (_order)
        {
            _seen = revision;
            if (key is null)
            {
                _values.Clear();
            }
            else
            {
                _values.TryRemove(key, out _);
            }
        }
    }
}
