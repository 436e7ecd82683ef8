namespace MetaStore.Simulation.Kernel;

/// <summary>Virtual time and all scheduled events: one heap ordered by time, then by the order of scheduling.</summary>
/// <remarks>One thread. Times are in units of 100 ns, as <see cref="TimeSpan.Ticks"/> are.</remarks>
internal sealed class SimKernel
{
    public const long Microsecond = TimeSpan.TicksPerMicrosecond;
    public const long Millisecond = TimeSpan.TicksPerMillisecond;
    public const long Second = TimeSpan.TicksPerSecond;

    private readonly EventHeap _events = new();

    public SimKernel(SimRandom random)
    {
        Random = random;
    }

    /// <summary>Random numbers for everything without its own generator.</summary>
    public SimRandom Random { get; }

    /// <summary>Now.</summary>
    public long Now { get; private set; }

    /// <summary>Events executed.</summary>
    public long Executed { get; private set; }

    /// <summary>Hash of all observations so far; two runs of one seed must agree on it.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Schedules an event after a delay.</summary>
    public void After(long delay, Action action) => After(delay, null, action);

    /// <summary>Schedules an event with an owner, which may cancel or delay it.</summary>
    public void After(long delay, ISimOwner? owner, Action action) => _events.Add(Now + Math.Max(0, delay), owner, action);

    /// <summary>Adds an observation to the hash.</summary>
    public void Note(ulong a, ulong b = 0, ulong c = 0)
    {
        ulong hash = Hash;
        hash = (hash ^ a) * 1099511628211;
        hash = (hash ^ b) * 1099511628211;
        hash = (hash ^ c) * 1099511628211;
        Hash = (hash ^ (hash >> 29)) + (ulong)Now;
    }

    /// <summary>Executes events until a time.</summary>
    /// <param name="end">Now becomes this.</param>
    /// <param name="until">Checked after each event; true ends the run early. Null = never.</param>
    public void Run(long end, Func<bool>? until = null)
    {
        while (_events.NextTime <= end)
        {
            Now = _events.NextTime;
            Executed++;
            (ISimOwner? owner, Action action) = _events.Take();
            if (owner is null)
            {
                action();
            }
            else
            {
                owner.Happen(action);
            }

            if (until is not null && until())
            {
                return;
            }
        }

        Now = end;
    }
}
