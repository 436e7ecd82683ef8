namespace MetaStore.Server.Budgets;

/// <summary>Returns memory to the system after a burst: a process that has become idle collects nothing by itself and would keep it.</summary>
/// <remarks>
/// Every <see cref="Interval"/> it compares how much was allocated. Once little was, and much since the last time, it begins a collection
/// in the background, and one interval later, if little is alive, one that releases free memory. The latter stops all threads for as long
/// as marking the living objects takes, so a large state is left to the collector's own pace. The source of the garbage does not matter:
/// answers, requests, compressed messages and refused calls count alike.
/// </remarks>
internal sealed class HeapTrim : IDisposable
{
    /// <summary>Between two looks at the heap.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Allocated bytes, and free bytes, that are worth a collection.</summary>
    internal const long WorthItBytes = 64L << 20;

    /// <summary>Allocated bytes per interval up to which the process counts as idle.</summary>
    internal const long IdleBytes = 8L << 20;

    /// <summary>Living bytes up to which a stop of all threads is short: some tens of milliseconds.</summary>
    internal const long LivingBytesMax = 192L << 20;

    private readonly IManagedHeap _heap;
    private readonly ITimer _timer;

    // Used by the timer's callback only, and the period is far longer than a collection takes to begin.
    private long _allocated;
    private long _trimmedAt;
    private bool _isCollected;

    /// <summary>Starts looking.</summary>
    public HeapTrim(TimeProvider time, IManagedHeap heap)
    {
        _heap = heap;
        _allocated = heap.AllocatedBytes;
        _trimmedAt = _allocated;
        _timer = time.CreateTimer(static trim => ((HeapTrim)trim!).OnTimer(), this, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        long allocated = _heap.AllocatedBytes;
        bool idle = allocated - _allocated <= IdleBytes;
        _allocated = allocated;
        if (!idle)
        {
            _isCollected = false;
        }
        else if (_isCollected)
        {
            _isCollected = false;
            _trimmedAt = allocated;
            if (_heap.LivingBytes <= LivingBytesMax && _heap.CommittedBytes - _heap.LivingBytes >= WorthItBytes)
            {
                _heap.Release();
            }
        }
        else if (allocated - _trimmedAt >= Math.Max(WorthItBytes, _heap.LivingBytes / 4))
        {
            // A quarter of what is alive, so that a large state is not marked for each few megabytes of light traffic.
            _heap.Collect();
            _isCollected = true;
        }
    }
}
