using System.Collections.Concurrent;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Writes a number of values to a thousand keys, despite faults; records the revision of each acknowledged write.</summary>
internal sealed class WatchLoad(int writes, MetaStoreClient client)
{
    private long _highest;
    private int _done;

    /// <summary>Value by revision.</summary>
    public ConcurrentDictionary<long, string> Acknowledged { get; } = [];

    /// <summary>Completed writes, successful or not.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Highest acknowledged revision.</summary>
    public long Highest => Volatile.Read(ref _highest);

    public Task RunAsync(int writers) => Parallel.ForAsync(0, writes, new ParallelOptions { MaxDegreeOfParallelism = writers }, async (i, cancellation) =>
    {
        try
        {
            var response = await client.Kv.PutAsync($"k{i * 7919 % 1000:000}", $"{i}", cancellation);
            Acknowledged[response.Header.Revision] = $"{i}";
            Raise(response.Header.Revision);
        }
        catch (RpcException)
        {
            // The outcome is unknown; the log has it.
        }

        Interlocked.Increment(ref _done);
    });

    private void Raise(long revision)
    {
        for (var seen = Highest; seen < revision; seen = Highest)
        {
            Interlocked.CompareExchange(ref _highest, revision, seen);
        }
    }
}
