namespace MetaStore.StateMachine.Watch.Events;

/// <summary>Events of whole revisions, in order, shared by all watchers that want exactly them. Immutable.</summary>
public sealed class EventBatch
{
    /// <summary>
    /// Larger batches are encoded for each watcher: kept bytes of this size would be in the large object heap, which is collected
    /// seldom.
    /// </summary>
    private const int EncodedBytesMax = 80_000;

    private readonly WatchEvent[] _events;
    private readonly bool _isShared;
    private byte[]? _encoded;

    internal EventBatch(WatchEvent[] events, long storeRevision, bool isShared = false)
    {
        _events = events;
        _isShared = isShared;
        StoreRevision = storeRevision;
        foreach (ref readonly var at in events.AsSpan())
        {
            Size += at.Size;
        }
    }

    /// <summary>The events; never empty.</summary>
    public ReadOnlySpan<WatchEvent> Events => _events;

    /// <summary>Encoded bytes of all events together.</summary>
    public int Size { get; }

    /// <summary>Revision of the first event.</summary>
    public long First => _events[0].Revision;

    /// <summary>Revision of the last event.</summary>
    public long Last => _events[^1].Revision;

    /// <summary>Store revision for the header of a response with these events.</summary>
    public long StoreRevision { get; }

    /// <summary>
    /// All events in sequence as <see cref="WatchEvent.Write"/> writes them: encoded once for the watchers that share this batch.
    /// </summary>
    /// <param name="bytes"><see cref="Size"/> bytes.</param>
    /// <returns>
    /// False for a batch of a single watcher, or one that is too large to keep. Thread-safe; racing callers may both encode.
    /// </returns>
    public bool TryGetEncoded(out ReadOnlySpan<byte> bytes)
    {
        if (!_isShared || Size > EncodedBytesMax)
        {
            bytes = default;
            return false;
        }

        bytes = _encoded ??= Encode();
        return true;
    }

    /// <summary>The events from a revision on; null when there are none.</summary>
    internal EventBatch? From(long revision)
    {
        if (revision <= First)
        {
            return this;
        }

        var begin = 0;
        while (begin < _events.Length && _events[begin].Revision < revision)
        {
            begin++;
        }

        return begin == _events.Length ? null : new EventBatch(_events[begin..], StoreRevision);
    }

    /// <summary>The events up to a revision; null when there are none.</summary>
    internal EventBatch? UpTo(long revision)
    {
        if (revision >= Last)
        {
            return this;
        }

        var end = _events.Length;
        while (end > 0 && _events[end - 1].Revision > revision)
        {
            end--;
        }

        return end == 0 ? null : new EventBatch(_events[..end], StoreRevision);
    }

    private byte[] Encode()
    {
        var encoded = GC.AllocateUninitializedArray<byte>(Size);
        var position = 0;
        foreach (ref readonly var change in Events)
        {
            position += change.Write(encoded.AsSpan(position));
        }

        return encoded;
    }
}
