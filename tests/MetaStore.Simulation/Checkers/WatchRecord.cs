namespace MetaStore.Simulation.Checkers;

/// <summary>One watch from its creation to its end on one stream, as seen by its client.</summary>
internal sealed class WatchRecord
{
    private readonly List<Event> _events = [];
    private readonly List<(long Revision, int Events)> _progress = [];

    /// <summary>First key, and range end as in etcd: empty for a single key, a zero byte for no end.</summary>
    public required string Key { get; init; }

    public required string RangeEnd { get; init; }

    public bool PrevKv { get; init; }

    public bool NoPut { get; init; }

    public bool NoDelete { get; init; }

    /// <summary>Requested start revision; 0 = changes after its creation.</summary>
    public long Start { get; init; }

    /// <summary>Revision from which it must receive everything; 0 until the watch is created.</summary>
    public long From { get; set; }

    /// <summary>Next revision that is not completely received.</summary>
    public long Next { get; private set; }

    /// <summary>Oldest readable revision when it was cancelled by a compaction; 0 when it was not.</summary>
    public long Compacted { get; set; }

    public IReadOnlyList<Event> Events => _events;

    /// <summary>Revisions of progress notifications, each with the number of events received before.</summary>
    public IReadOnlyList<(long Revision, int Events)> Progress => _progress;

    /// <summary>Number of responses with events.</summary>
    public int Responses { get; private set; }

    /// <summary>The watch was created.</summary>
    /// <param name="revision">Revision in the response header.</param>
    public void Created(long revision) => Next = From = Start > 0 ? Start : revision + 1;

    /// <summary>A response with events arrived.</summary>
    /// <param name="events">Revision and text of each.</param>
    /// <param name="isFragment">More of the last revision may follow.</param>
    public void Got(IEnumerable<(long Revision, string Text)> events, bool isFragment)
    {
        foreach ((long revision, string text) in events)
        {
            _events.Add(new Event(revision, text, Responses, isFragment));
        }

        Responses++;
        Next = Math.Max(Next, _events[^1].Revision + (isFragment ? 0 : 1));
    }

    /// <summary>A progress notification arrived.</summary>
    public void Progressed(long revision)
    {
        _progress.Add((revision, _events.Count));
        Next = Math.Max(Next, revision + 1);
    }

    public override string ToString() => $"watch of {Key}..{RangeEnd.Replace('\0', '0')} from {From} ({Events.Count} events, next {Next})";

    /// <summary>One event.</summary>
    internal readonly record struct Event(long Revision, string Text, int Response, bool IsFragment);
}
