namespace MetaStore.StateMachine.Watch.Index;

/// <summary>All watchers of one range, grouped by form, and the changes of the present group that are in the range.</summary>
internal sealed class WatchBucket(WatchRange range)
{
    private readonly SortedList<WatchFilters, List<Watcher>> _forms = [];

    public WatchRange Range { get; } = range;

    /// <summary>Indexes of events in the group.</summary>
    public List<int> Hits { get; } = [];

    public bool IsEmpty => _forms.Count == 0;

    /// <summary>Watchers of all forms.</summary>
    public int Count { get; private set; }

    public IList<WatchFilters> Forms => _forms.Keys;

    public List<Watcher>? Of(WatchFilters form) => _forms.GetValueOrDefault(form);

    public void AddAllTo(List<Watcher> target)
    {
        foreach (var watchers in _forms.Values)
        {
            target.AddRange(watchers);
        }
    }

    public void Add(Watcher watcher)
    {
        if (!_forms.TryGetValue(watcher.Form, out var watchers))
        {
            _forms.Add(watcher.Form, watchers = []);
        }

        watcher.Bucket = this;
        watcher.Position = watchers.Count;
        watchers.Add(watcher);
        Count++;
    }

    /// <summary>Removes a watcher; the last of its list moves to its position.</summary>
    public void Remove(Watcher watcher)
    {
        var watchers = _forms[watcher.Form];
        var last = watchers[^1];
        watchers[watcher.Position] = last;
        last.Position = watcher.Position;
        watchers.RemoveAt(watchers.Count - 1);
        watcher.Bucket = null;
        Count--;
        if (watchers.Count == 0)
        {
            _forms.Remove(watcher.Form);
        }
    }
}
