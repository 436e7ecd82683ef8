namespace MetaStore.Simulation.Kernel;

/// <summary>Scheduled events, earliest first; of two at the same time the one that was added first.</summary>
/// <remarks>A heap with four children per node: half the levels of a binary one, and the four are adjacent in memory.</remarks>
internal sealed class EventHeap
{
    private const int Children = 4;

    private Event[] _events = new Event[256];
    private int _count;
    private long _added;

    /// <summary>Time of the next event; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextTime => _count > 0 ? _events[0].Time : long.MaxValue;

    /// <summary>Adds an event.</summary>
    /// <param name="time">When.</param>
    /// <param name="owner">Decides whether it runs; null = it does.</param>
    /// <param name="action">What.</param>
    public void Add(long time, ISimOwner? owner, Action action)
    {
        if (_count == _events.Length)
        {
            Array.Resize(ref _events, 2 * _count);
        }

        var added = new Event(time, _added++, owner, action);
        int place = _count++;
        while (place > 0)
        {
            int parent = (place - 1) / Children;
            if (!added.IsBefore(_events[parent]))
            {
                break;
            }

            _events[place] = _events[parent];
            place = parent;
        }

        _events[place] = added;
    }

    /// <summary>Removes the next event. Not to be called when there is none.</summary>
    public (ISimOwner? Owner, Action Action) Take()
    {
        (ISimOwner?, Action) first = (_events[0].Owner, _events[0].Action);
        Event moved = _events[--_count];
        _events[_count] = default;
        if (_count > 0)
        {
            Sink(moved);
        }

        return first;
    }

    private void Sink(in Event moved)
    {
        int place = 0;
        while (true)
        {
            int child = (place * Children) + 1;
            if (child >= _count)
            {
                break;
            }

            int earliest = child;
            int end = Math.Min(child + Children, _count);
            for (int other = child + 1; other < end; other++)
            {
                if (_events[other].IsBefore(_events[earliest]))
                {
                    earliest = other;
                }
            }

            if (!_events[earliest].IsBefore(moved))
            {
                break;
            }

            _events[place] = _events[earliest];
            place = earliest;
        }

        _events[place] = moved;
    }

    private readonly struct Event(long time, long order, ISimOwner? owner, Action action)
    {
        public readonly long Time = time;
        public readonly long Order = order;
        public readonly ISimOwner? Owner = owner;
        public readonly Action Action = action;

        public bool IsBefore(in Event other) => Time < other.Time || (Time == other.Time && Order < other.Order);
    }
}
