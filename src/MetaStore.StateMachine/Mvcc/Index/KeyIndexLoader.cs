using System.Collections.Concurrent;
using MetaStore.Engines;
using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>
/// Builds the key index from the records of an engine in one walk in revision order; each record becomes the newest change of
/// its key.
/// </summary>
/// <remarks>
/// A large store is read by one thread and indexed by another: reading blocks and decoding records takes about as long as the index
/// lookups. The result is the same either way.
/// </remarks>
internal sealed class KeyIndexLoader(Lessor lessor, Action<long>? progress)
{
    /// <summary>Below this the second thread costs more than it saves.</summary>
    private const long LargeBytes = 16L << 20;

    /// <summary>Batches between the two threads: enough to absorb short stalls of either, 1 MiB in all.</summary>
    private const int BatchesAhead = 8;

    private const long ProgressStep = 1_000_000;

    private readonly OrderedMap<KeyCell> _index = new();
    private readonly ChangeArena _changes = new();
    private long _records;
    private long _told;

    /// <summary>Reads everything up to a revision.</summary>
    /// <param name="view">What is read.</param>
    /// <param name="bytes">Approximate size; decides whether a second thread is used.</param>
    /// <param name="lessor">Receives the keys attached to leases.</param>
    /// <param name="revision">Highest revision allowed.</param>
    /// <param name="progress">Receives the number of records from time to time; null = no reports.</param>
    /// <exception cref="EngineException">The content is inconsistent.</exception>
    public static OrderedMap<KeyCell> Load(IReadView view, long bytes, Lessor lessor, long revision, Action<long>? progress)
    {
        var loader = new KeyIndexLoader(lessor, progress);
        using var reader = new IndexRecordReader(view, revision);
        if (bytes < LargeBytes)
        {
            loader.ReadAndBuild(reader);
        }
        else
        {
            loader.BuildWhileReading(reader);
        }

        return loader._index;
    }

    private void ReadAndBuild(IndexRecordReader reader)
    {
        var batch = new IndexBatch();
        while (reader.Read(batch))
        {
            Build(batch);
        }
    }

    private void BuildWhileReading(IndexRecordReader reader)
    {
        using var full = new BlockingCollection<IndexBatch>(BatchesAhead);
        var spare = new ConcurrentBag<IndexBatch>();
        using var given = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            try
            {
                var batch = new IndexBatch();
                while (reader.Read(batch))
                {
                    full.Add(batch, given.Token);
                    batch = spare.TryTake(out var used) ? used : new IndexBatch();
                }
            }
            finally
            {
                full.CompleteAdding();
            }
        });
        try
        {
            foreach (var batch in full.GetConsumingEnumerable())
            {
                Build(batch);
                spare.Add(batch);
            }
        }
        finally
        {
            // The reader must not be disposed while its thread uses it, whichever of the two has failed.
            given.Cancel();
            Task.WaitAny(reading);
        }

        reading.GetAwaiter().GetResult();
    }

    private void Build(IndexBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var record = ref batch[i];
            var key = batch.KeyOf(record);
            ref var cell = ref _index.Upsert(key, live: record.Version != 0, out var added);
            var version = new KeyVersion(record.Main, record.Sub, record.Create, record.Version);
            if (added)
            {
                cell = new KeyCell(version);
            }
            else
            {
                cell.Push(record.Main, record.Sub, version.IsTombstone, _changes);
                if (cell.Newest != version)
                {
                    throw new EngineException($"The record of revision {record.Main}/{record.Sub} does not follow the one before it of its key.");
                }
            }

            lessor.Attach(key, LeaseOf(record.Lease));
        }

        _records += batch.Count;
        if (_records - _told >= ProgressStep)
        {
            _told = _records;
            progress?.Invoke(_records);
        }
    }

    /// <summary>Older records may still name leases that are gone; the newest record of a key never does.</summary>
    private long LeaseOf(long lease) => lease != 0 && lessor.Exists(lease) ? lease : 0;
}
