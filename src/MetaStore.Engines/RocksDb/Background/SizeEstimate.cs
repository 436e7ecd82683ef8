
namespace MetaStore.Engines.RocksDb.Background;

/// <summary>Sizes that every write needs, without a call into the library each time.</summary>
/// <remarks>The library's numbers, at most a quarter of a second old during writes, plus what was committed since. Thread: any.</remarks>
internal sealed class SizeEstimate
{
    private const long FreshMilliseconds = 250;

    private long _inUse;
    private long _allocated;
    private long _committedSince;
    private long _askedAt = long.MinValue;

    /// <summary>Counts a commit.</summary>
    internal void Committed(long bytes) => Interlocked.Add(ref _committedSince, bytes);

    /// <summary>The content was replaced.</summary>
    internal void Reset() => Volatile.Write(ref _askedAt, long.MinValue);

    internal long InUse(DatabaseHandle database)
    {
        Refresh(database);
        return Volatile.Read(ref _inUse) + Volatile.Read(ref _committedSince);
    }

    internal long Allocated(DatabaseHandle database)
    {
        Refresh(database);
        return Math.Max(Volatile.Read(ref _allocated), Volatile.Read(ref _inUse)) + Volatile.Read(ref _committedSince);
    }

    private void Refresh(DatabaseHandle database)
    {
        var now = Environment.TickCount64;
        var askedAt = Volatile.Read(ref _askedAt);
        if ((askedAt != long.MinValue && now - askedAt < FreshMilliseconds)
            || Interlocked.CompareExchange(ref _askedAt, now, askedAt) != askedAt)
        {
            return;
        }

        Interlocked.Exchange(ref _committedSince, 0);
        Volatile.Write(ref _inUse, Sum(database, "rocksdb.estimate-live-data-size") + Sum(database, "rocksdb.cur-size-all-mem-tables"));
        Volatile.Write(ref _allocated, Sum(database, "rocksdb.total-sst-files-size") + Sum(database, "rocksdb.size-all-mem-tables"));
    }

    /// <summary>Sum of a property over all buckets.</summary>
    internal static long Sum(DatabaseHandle database, string property)
    {
        var sum = 0L;
        foreach (var bucket in Enum.GetValues<Bucket>())
        {
            sum += database.Number(property, database.Family(bucket)) ?? 0;
        }

        return sum;
    }
}
