namespace MetaStore.Server.Watch.Sending;

/// <summary>Send queue of one stream, in order, counted in bytes for the stream and for all streams together.</summary>
/// <remarks>Filled under the room's lock, emptied by the stream's sender. Event batches are shared, so the bytes are an upper bound of the memory.</remarks>
internal sealed class WatchQueue(long bytesMax, WatchBudget budget)
{
    private readonly Lock _gate = new();
    private List<WatchItem> _queued = [];
    private List<WatchItem> _taken = [];
    private long _bytes;
    private bool _isClosed;

    /// <summary>True when no further client request should be processed before the stream has sent some of this.</summary>
    public bool IsFull => Volatile.Read(ref _bytes) >= bytesMax;

    /// <summary>Adds an item if it fits; an empty queue accepts any item.</summary>
    public bool TryAdd(in WatchItem item)
    {
        lock (_gate)
        {
            if (_bytes > 0 && (_bytes + item.Cost > bytesMax || !budget.HasRoomFor(item.Cost)))
            {
                return false;
            }

            Add_NeedsGate(item);
            return true;
        }
    }

    /// <summary>Adds an item in any case: responses, and what the sender itself has read.</summary>
    public void Add(in WatchItem item)
    {
        lock (_gate)
        {
            Add_NeedsGate(item);
        }
    }

    /// <summary>Takes everything; the list is valid until the next call. The bytes are counted until <see cref="Release"/>.</summary>
    public List<WatchItem> Take()
    {
        _taken.Clear();
        lock (_gate)
        {
            (_queued, _taken) = (_taken, _queued);
        }

        budget.AddEvents(-_taken.Sum(item => item.Events));
        return _taken;
    }

    /// <summary>Items were sent.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _bytes -= bytes;
                budget.Return(bytes);
            }
        }
    }

    /// <summary>Drops everything, sent or not; later items are dropped too.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            budget.AddEvents(-_queued.Sum(item => item.Events));
            _queued.Clear();
            budget.Return(_bytes);
            _bytes = 0;
        }
    }

    private void Add_NeedsGate(in WatchItem item)
    {
        if (!_isClosed)
        {
            _queued.Add(item);
            _bytes += item.Cost;
            budget.Take(item.Cost);
            budget.AddEvents(item.Events);
        }
    }
}
