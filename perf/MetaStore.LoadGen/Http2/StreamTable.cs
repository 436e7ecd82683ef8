namespace MetaStore.LoadGen.Http2;

/// <summary>Running calls by stream id and by age. Ids grow, so the table is a ring and needs no hashing; it grows with the number of calls.</summary>
/// <remarks>An id whose slot is still in use by an old call is skipped; HTTP/2 allows gaps (RFC 9113 §5.1.1).</remarks>
internal sealed class StreamTable
{
    /// <summary>Connections are replaced before ids run out.</summary>
    public const int LastStreamId = 0x7fff_0000;

    private const int FirstSlots = 1024;

    /// <summary>So many slots a call leave most ids in use.</summary>
    private const int SlotsPerCall = 4;

    private Call?[] _ring = new Call?[FirstSlots];
    private Call? _oldest;
    private Call? _newest;
    private int _nextId = 1;

    /// <summary>Running calls.</summary>
    public int Count { get; private set; }

    /// <summary>True when the last usable id is used.</summary>
    public bool Exhausted => _nextId > LastStreamId;

    /// <summary>Assigns the next id to the call.</summary>
    public void Add(Call call)
    {
        if ((Count + 1) * SlotsPerCall > _ring.Length)
        {
            Grow();
        }

        while (_ring[Place(_nextId)] is not null)
        {
            _nextId += 2;
        }

        call.StreamId = _nextId;
        _ring[Place(_nextId)] = call;
        _nextId += 2;
        Count++;
        call.Older = _newest;
        call.Newer = null;
        (_newest is null ? ref _oldest : ref _newest.Newer) = call;
        _newest = call;
    }

    /// <summary>The running call of an id, or null.</summary>
    public Call? Find(int streamId)
    {
        Call? call = _ring[Place(streamId)];
        return call?.StreamId == streamId ? call : null;
    }

    /// <summary>Removes a call.</summary>
    public void Remove(Call call)
    {
        _ring[Place(call.StreamId)] = null;
        Count--;
        (call.Older is null ? ref _oldest : ref call.Older.Newer) = call.Newer;
        (call.Newer is null ? ref _newest : ref call.Newer.Older) = call.Older;
        call.Older = call.Newer = null;
    }

    /// <summary>Removes the calls at the old end, up to the first that <paramref name="match"/> does not hold for, oldest first.</summary>
    public List<Call> RemoveOldest(Predicate<Call> match)
    {
        List<Call> removed = [];
        while (_oldest is { } call && match(call))
        {
            Remove(call);
            removed.Add(call);
        }

        return removed;
    }

    /// <summary>Removes the calls whose id is larger, newest first.</summary>
    public List<Call> RemoveAfter(int streamId)
    {
        List<Call> removed = [];
        while (_newest is { } call && call.StreamId > streamId)
        {
            Remove(call);
            removed.Add(call);
        }

        return removed;
    }

    private void Grow()
    {
        _ring = new Call?[_ring.Length * 2];
        for (Call? call = _oldest; call is not null; call = call.Newer)
        {
            _ring[Place(call.StreamId)] = call;
        }
    }

    private int Place(int streamId) => (streamId >> 1) & (_ring.Length - 1);
}
