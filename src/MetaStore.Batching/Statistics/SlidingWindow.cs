namespace MetaStore.Batching.Statistics;

/// <summary>Sums over the last ten seconds, in twenty slots of half a second. Not thread-safe: guarded by the batcher's lock.</summary>
internal sealed class SlidingWindow
{
    private const int Slots = 20;
    private static readonly long _slotTicks = TimeSpan.FromMilliseconds(500).Ticks;

    private readonly (long Count, double Weight)[] _slots = new (long, double)[Slots];
    private long _current;
    private long _first = -1;

    /// <summary>Adds a count and a weight to the current slot.</summary>
    public void Add(TimeSpan now, long count, double weight)
    {
        MoveTo(now);
        ref (long Count, double Weight) slot = ref _slots[_current % Slots];
        slot.Count += count;
        slot.Weight += weight;
    }

    /// <summary>Counts per second over the window, or over the time since the first count if that is shorter.</summary>
    public double PerSecond(TimeSpan now)
    {
        MoveTo(now);
        double seconds = Math.Min((_current - Math.Max(_first, 0)) * _slotTicks, (Slots - 1) * _slotTicks) + (now.Ticks % _slotTicks);
        return Sum().Count / Math.Max(seconds / TimeSpan.TicksPerSecond, 0.001);
    }

    /// <summary>Weight per count; 0 without counts.</summary>
    public double Average(TimeSpan now)
    {
        MoveTo(now);
        (long count, double weight) = Sum();
        return count == 0 ? 0 : weight / count;
    }

    private void MoveTo(TimeSpan now)
    {
        long slot = now.Ticks / _slotTicks;
        if (_first < 0)
        {
            _first = slot;
            _current = slot;
        }

        long clear = Math.Min(slot - _current, Slots);
        for (long i = 1; i <= clear; i++)
        {
            _slots[(slot - clear + i) % Slots] = default;
        }

        _current = Math.Max(_current, slot);
    }

    private (long Count, double Weight) Sum()
    {
        (long count, double weight) = (0, 0);
        foreach ((long slotCount, double slotWeight) in _slots)
        {
            count += slotCount;
            weight += slotWeight;
        }

        return (count, weight);
    }
}
