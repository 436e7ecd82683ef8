namespace MetaStore.StateMachine.Watch;

/// <summary>Events of whole revisions, in order, shared by all watchers that want exactly them. Immutable.</summary>
public sealed class EventRun
{
    private readonly WatchEvent[] _events;

    internal EventRun(WatchEvent[] events, long storeRevision)
    {
        _events = events;
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

    /// <summary>What the header of a response with these events says.</summary>
    public long StoreRevision { get; }

    /// <summary>The events from a revision on; null when there are none.</summary>
    internal EventRun? From(long revision)
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

        return begin == _events.Length ? null : new EventRun(_events[begin..], StoreRevision);
    }
}
