using System.Collections.Concurrent;
using System.Diagnostics;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Robustness.Cluster;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Writers that put unique values under unique keys, one call at a time each, until stopped.</summary>
/// <remarks>Each key is written by one call only: a version above 1 means that the call was applied twice.</remarks>
internal sealed class WriteLoad : IAsyncDisposable
{
    private readonly MetaStoreClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _writers;
    private readonly ConcurrentQueue<WriteRecord>[] _records;
    private readonly string _prefix;
    private long _acknowledged;
    private long _lastAcknowledgedAt;
    private long _longestGap;

    /// <summary>Starts the writers.</summary>
    /// <param name="cluster">Every member is written to, and those that are added later.</param>
    /// <param name="writers">Number of writers, each with one call in flight.</param>
    /// <param name="prefix">Prefix of this load's keys; concurrent loads need different ones.</param>
    public WriteLoad(ProcessCluster cluster, int writers, string prefix)
    {
        _prefix = prefix;
        _client = new MetaStoreClient(MemberOptions.Of(cluster.Security, cluster.AllClientUrls) with { CommandTimeout = TimeSpan.FromSeconds(10) });
        _records = [.. Enumerable.Range(0, writers).Select(_ => new ConcurrentQueue<WriteRecord>())];
        _writers = [.. Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer)))];
    }

    /// <summary>Acknowledged writes so far.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Stopwatch timestamp of the last acknowledgement.</summary>
    public long LastAcknowledgedAt => Interlocked.Read(ref _lastAcknowledgedAt);

    /// <summary>Longest time between two acknowledgements, since the start or <see cref="ForgetLongestGap"/>.</summary>
    public TimeSpan LongestGap => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longestGap));

    /// <summary>Resets the longest gap.</summary>
    public void ForgetLongestGap() => Interlocked.Exchange(ref _longestGap, 0);

    /// <summary>All attempted writes, one list per writer, in order.</summary>
    public IReadOnlyList<IReadOnlyList<WriteRecord>> Records => [.. _records.Select(queue => queue.ToArray())];

    /// <summary>Waits for this many more acknowledged writes.</summary>
    public Task ProgressAsync(int writes, TimeSpan limit)
    {
        var goal = Acknowledged + writes;
        return Eventually.TrueAsync(() => Acknowledged >= goal, limit, () => $"stuck at {Acknowledged} acknowledged writes");
    }

    /// <summary>Stops the writers after their current calls.</summary>
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
                var now = Stopwatch.GetTimestamp();
                var before = Interlocked.Exchange(ref _lastAcknowledgedAt, now);
                NoteGap(before == 0 ? 0 : now - before);
            }
            catch (RpcException)
            {
                // The outcome is unknown; the check allows both, but at most one effect.
                _records[writer].Enqueue(new WriteRecord(key, value, Revision: 0));
            }
        }
    }

    private void NoteGap(long gap)
    {
        var longest = Interlocked.Read(ref _longestGap);
        while (gap > longest)
        {
            var seen = Interlocked.CompareExchange(ref _longestGap, gap, longest);
            if (seen == longest)
            {
                return;
            }

            longest = seen;
        }
    }
}
