using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.Watch.Index;

/// <summary>Finds the watchers of a key: single keys by hash, ranges by interval.</summary>
internal sealed class WatcherIndex
{
    private readonly Dictionary<byte[], WatchBucket> _keys = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], WatchBucket>.AlternateLookup<ReadOnlySpan<byte>> _keysBySpan;
    private readonly IntervalIndex _ranges = new();

    public WatcherIndex() => _keysBySpan = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Number of watchers.</summary>
    public int Count { get; private set; }

    public void Add(Watcher watcher)
    {
        WatchBucket? bucket;
        if (!watcher.Range.IsSingle)
        {
            bucket = _ranges.GetOrAdd(watcher.Range);
        }
        else if (!_keys.TryGetValue(watcher.Range.From, out bucket))
        {
            bucket = new WatchBucket(watcher.Range);
            _keys.Add(watcher.Range.From, bucket);
        }

        bucket.Add(watcher);
        Count++;
    }

    public void Remove(Watcher watcher)
    {
        var bucket = watcher.Bucket!;
        bucket.Remove(watcher);
        Count--;
        if (!bucket.IsEmpty)
        {
            return;
        }

        if (bucket.Range.IsSingle)
        {
            _keys.Remove(bucket.Range.From);
        }
        else
        {
            _ranges.Remove(bucket.Range);
        }
    }

    /// <summary>A list of all watchers in it.</summary>
    public List<Watcher> All()
    {
        var buckets = new List<WatchBucket>(_keys.Values);
        _ranges.CollectAll(buckets);
        var watchers = new List<Watcher>(Count);
        foreach (var bucket in buckets)
        {
            bucket.AddAllTo(watchers);
        }

        return watchers;
    }

    /// <summary>Adds the bucket of every range and key that contains <paramref name="key"/>.</summary>
    public void Collect(ReadOnlySpan<byte> key, List<WatchBucket> found)
    {
        if (_keysBySpan.TryGetValue(key, out var bucket))
        {
            found.Add(bucket);
        }

        _ranges.Collect(key, found);
    }
}
