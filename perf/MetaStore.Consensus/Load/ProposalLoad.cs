using System.Buffers.Binary;
using System.Diagnostics;
using MetaStore.Consensus.Nodes;
using MetaStore.LoadGen.Measuring;

namespace MetaStore.Consensus.Load;

/// <summary>
/// Proposes on the leader, inside its process: a fixed number of entries in flight, each followed by the next when it is
/// acknowledged.
/// </summary>
internal sealed class ProposalLoad(IConsensusNode node, IdFile acknowledged)
{
    /// <summary>Pause after a refusal, so that a member without leadership does not spin.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private long _lastId = -1;

    /// <summary>Runs for a while.</summary>
    /// <param name="inFlight">Entries proposed at once.</param>
    /// <param name="bytes">Size of each.</param>
    /// <param name="length">How long; entries that are open at the end are awaited and do not count.</param>
    public async Task<LoadResult> RunAsync(int inFlight, int bytes, TimeSpan length)
    {
        LatencyHistogram times = new();
        long refused = 0;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(ProposeAsync)));
        return new LoadResult(times.Count, refused, length.TotalSeconds, times.Percentile(0.5) / 1e3, times.Percentile(0.99) / 1e3);

        async Task ProposeAsync()
        {
            while (true)
            {
                // New memory for each: both logs may keep a reference to it.
                var entry = new byte[bytes];
                var id = Interlocked.Increment(ref _lastId);
                Random.Shared.NextBytes(entry);
                BinaryPrimitives.WriteInt64LittleEndian(entry, id);
                var started = Stopwatch.GetTimestamp();
                var taken = await node.ReplicateAsync(entry);
                if (taken)
                {
                    acknowledged.Add(id);
                }

                var elapsed = Stopwatch.GetElapsedTime(started);
                if (Stopwatch.GetElapsedTime(begun) >= length)
                {
                    return;
                }

                lock (_gate)
                {
                    if (taken)
                    {
                        times.Record((long)elapsed.TotalNanoseconds);
                    }
                    else
                    {
                        refused++;
                    }
                }

                if (!taken)
                {
                    await Task.Delay(AfterRefusal);
                }
            }
        }
    }
}
