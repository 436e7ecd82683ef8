namespace MetaStore.Simulation.Checkers;

/// <summary>One watch from its creation to its end on one stream, as its client saw it.</summary>
internal sealed class WatchRecord
{
    private readonly List<Event> _events = [];
    private readonly List<(long Revision, int Events)> _progress = [];

    /// <summary>First key, and end of the keys as etcd has it: empty for the one key, a zero byte for no end.</summary>
    public required string Key { get; init; }

    public required string RangeEnd { get; init; }

    public bool PrevKv { get; init; }

    public bool NoPut { get; init; }

    public bool NoDelete { get; init; }

    /// <summary>First revision it was to be told of; 0 = whatever came after its creation.</summary>
    public long Start { get; init; }

    /// <summary>Revision from which on it must be told of everything; 0 until the watch is created.</summary>
    public long From { get; set; }

    /// <summary>Next revision it has not been told of in full.</summary>
    public long Next { get; private set; }

    /// <summary>Lowest revision that could still be read when it was ended because of that; 0 when it was not.</summary>
    public long Compacted { get; set; }

    public IReadOnlyList<Event> Events => _events;

    /// <summary>Revisions up to which it was told to have been told everything, each with the events it had got by then.</summary>
    public IReadOnlyList<(long Revision, int Events)> Progress => _progress;

    /// <summary>Responses that brought events.</summary>
    public int Responses { get; private set; }

    /// <summary>The watch exists.</summary>
    /// <param name="revision">In the header of the answer.</param>
    public void Created(long revision) => Next = From = Start > 0 ? Start : revision + 1;

    /// <summary>A response with events came.</summary>
    /// <param name="events">Revision and words of each.</param>
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

    /// <summary>A message of progress came.</summary>
    public void Told(long revision)
    {
        _progress.Add((revision, _events.Count));
        Next = Math.Max(Next, revision + 1);
    }

    public override string ToString() => $"watch of {Key}..{RangeEnd.Replace('\0', '0')} from {From} ({Events.Count} events, next {Next})";

    /// <summary>One event.</summary>
    internal readonly record struct Event(long Revision, string Text, int Response, bool IsFragment);
}
