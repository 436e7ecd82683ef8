namespace MetaStore.LoadGen.Http2;

/// <summary>Running calls by stream id, without hashing: ids grow, so the table is a ring.</summary>
/// <remarks>An id whose slot is still in use by an old call is skipped; HTTP/2 allows gaps (RFC 9113 §5.1.1).</remarks>
internal sealed class StreamTable
{
    /// <summary>Connections are replaced before ids run out.</summary>
    public const int LastStreamId = 0x7fff_0000;

    private readonly Call?[] _ring;
    private int _nextId = 1;

    /// <summary>Makes a table.</summary>
    /// <param name="capacity">Calls at once.</param>
    public StreamTable(int capacity)
    {
        _ring = new Call?[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 4)];
    }

    /// <summary>Running calls.</summary>
    public int Count { get; private set; }

    /// <summary>True when the last usable id is used.</summary>
    public bool Exhausted => _nextId > LastStreamId;

    /// <summary>Assigns the next id to the call. The caller ensures that there are fewer calls than the capacity.</summary>
    public void Add(Call call)
    {
        while (_ring[Place(_nextId)] is not null)
        {
            _nextId += 2;
        }

        call.StreamId = _nextId;
        _ring[Place(_nextId)] = call;
        _nextId += 2;
        Count++;
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
    }

    /// <summary>Removes all calls that <paramref name="match"/>, oldest id first.</summary>
    public List<Call> RemoveAll(Predicate<Call> match)
    {
        List<Call> removed = [.. _ring.Where(call => call is not null && match(call)).Select(call => call!).OrderBy(call => call.StreamId)];
        removed.ForEach(Remove);
        return removed;
    }

    private int Place(int streamId) => (streamId >> 1) & (_ring.Length - 1);
}
