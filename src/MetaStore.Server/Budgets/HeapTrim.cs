namespace MetaStore.Server.Budgets;

/// <summary>Has the collector give memory back after large answers have gone: an idle process would keep it for as long as it idles.</summary>
/// <remarks>
/// A while after the last return: first a collection in the background, if none has come by itself, then, while what lives is little, one
/// that returns free memory to the system. That one stops all threads for as long as marking what lives takes, so a large state is left to the
/// collector's own pace. Thread-safe.
/// </remarks>
internal sealed class HeapTrim : IDisposable
{
    /// <summary>Returned bytes, and free bytes, that are worth a collection.</summary>
    private const long WorthItBytes = 64L << 20;

    /// <summary>Living bytes up to which a stop of all threads is short: some tens of milliseconds.</summary>
    private const long LivingBytesMax = 192L << 20;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    private readonly ITimer _timer;
    private long _returned;
    private int _collections;
    private int _isArmed;
    private bool _isCollected;

    public HeapTrim(TimeProvider time) =>
        _timer = time.CreateTimer(static trim => ((HeapTrim)trim!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>So many bytes are garbage from now on.</summary>
    public void OnReturned(long bytes)
    {
        Volatile.Write(ref _collections, GC.CollectionCount(GC.MaxGeneration));
        if (Interlocked.Add(ref _returned, bytes) >= WorthItBytes && Interlocked.Exchange(ref _isArmed, 1) == 0)
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        if (!_isCollected)
        {
            _isCollected = true;
            Interlocked.Exchange(ref _returned, 0);
            if (GC.CollectionCount(GC.MaxGeneration) == Volatile.Read(ref _collections))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false, compacting: false);
            }

            _timer.Change(Between, Timeout.InfiniteTimeSpan);
            return;
        }

        GCMemoryInfo heap = GC.GetGCMemoryInfo(GCKind.Any);
        long living = heap.HeapSizeBytes - heap.FragmentedBytes;
        if (living <= LivingBytesMax && heap.TotalCommittedBytes - living >= WorthItBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        _isCollected = false;
        Volatile.Write(ref _isArmed, 0);
    }
}
