namespace MetaStore.Server.Budgets;

/// <summary>Returns memory to the system after a burst: an idle process does not collect by itself and would keep it.</summary>
/// <remarks>
/// Every <see cref="Interval"/> it checks how much was allocated. When the process has become idle after allocating a lot, it starts a background
/// collection and, one interval later, if little is alive, one that releases free memory. The latter stops all threads for as long as marking
/// the live objects takes, so a large state is left to the collector's own schedule. The kind of garbage does not matter: responses, requests,
/// compressed messages and rejected calls count alike.
/// </remarks>
internal sealed class HeapTrim : IDisposable
{
    /// <summary>Time between two checks of the heap.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Allocated bytes, and free bytes, that justify a collection.</summary>
    internal const long WorthItBytes = 64L << 20;

    /// <summary>Allocated bytes per interval up to which the process counts as idle.</summary>
    internal const long IdleBytes = 8L << 20;

    /// <summary>Live bytes up to which stopping all threads is short: some tens of milliseconds.</summary>
    internal const long LivingBytesMax = 192L << 20;

    private readonly IManagedHeap _heap;
    private readonly ITimer _timer;

    // Used only by the timer's callback; the period is far longer than starting a collection takes.
    private long _allocated;
    private long _trimmedAt;
    private bool _isCollected;

    /// <summary>Starts the timer.</summary>
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
            // A quarter of what is alive, so that a large state is not marked for every few megabytes of light traffic.
            _heap.Collect();
            _isCollected = true;
        }
    }
}
