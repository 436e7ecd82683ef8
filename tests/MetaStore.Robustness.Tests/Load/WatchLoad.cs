using System.Collections.Concurrent;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Writes a number of values over a thousand keys, past every fault; remembers the revision of each that was acknowledged.</summary>
internal sealed class WatchLoad(int writes, MetaStoreClient client)
{
    private long _highest;
    private int _done;

    /// <summary>Value by revision.</summary>
    public ConcurrentDictionary<long, string> Acknowledged { get; } = [];

    /// <summary>Writes that have ended in some way.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Greatest revision acknowledged.</summary>
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
            // Its outcome is unknown, and the log says which it was.
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
