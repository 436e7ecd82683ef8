using MetaStore.Server.Configuration.Options;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Faults;

/// <summary>What clients of a seed use in addition to keys. Drawn separately from the swarm, so that older seeds draw the same as before.</summary>
internal sealed record ClientFeatures
{
    private const ulong Apart = 0x1EA5E5;
    private const ulong UsersApart = 0x05E25;

    /// <summary>Fraction of the seeds with each of them; the others stay as fast as they were.</summary>
    private const double Share = 0.08;

    /// <summary>Clients that hold leases.</summary>
    public required int LeaseHolders { get; init; }

    /// <summary>Mean time between two calls of such a client.</summary>
    public required long LeasePause { get; init; }

    /// <summary>Clients that compete for one lock, in seeds with leases.</summary>
    public required int Lockers { get; init; }

    /// <summary>Interval of recording the remaining time of leases; zero = never.</summary>
    public required TimeSpan CheckpointInterval { get; init; }

    /// <summary>Clients that watch.</summary>
    public required int Watchers { get; init; }

    /// <summary>Mean time between two actions of such a client.</summary>
    public required long WatchPause { get; init; }

    /// <summary>Mean time until a client has read what a node has sent.</summary>
    public required long ReadTime { get; init; }

    /// <summary>Limits and intervals of the nodes' watches.</summary>
    public required WatchOptions Watching { get; init; }

    /// <summary>Response size above which clients that allow it get fragments.</summary>
    public required int FragmentBytes { get; init; }

    /// <summary>Clients that write as users while an administrator changes what they may do. Only in seeds without leases and watches.</summary>
    public int Users { get; init; }

    /// <summary>Mean time between two changes of users; users call four times as often.</summary>
    public long UserPause { get; init; }

    public bool HasUsers => Users > 0;

    public bool HasLeases => LeaseHolders > 0;

    public bool HasWatches => Watchers > 0;

    /// <summary>What a seed draws, without the rest of its cluster.</summary>
    public static ClientFeatures Of(ulong seed) => Draw(RandomOf(seed), UserRandomOf(seed));

    /// <summary>Draws from the random numbers of a cluster.</summary>
    public static ClientFeatures Draw(SimRandom features, SimRandom users) => Draw(features.Fork()).WithUsers(users);

    /// <summary>Random numbers that only seeds with features draw.</summary>
    public static SimRandom RandomOf(ulong seed) => new(seed ^ (Apart << 32));

    /// <summary>Random numbers that only seeds with users draw.</summary>
    public static SimRandom UserRandomOf(ulong seed) => new(seed ^ (UsersApart << 32));

    /// <summary>The same, with users in some seeds. Drawn apart, so that seeds of before draw the same.</summary>
    private ClientFeatures WithUsers(SimRandom random) => this with
    {
        Users = random.Chance(Share) && !HasLeases && !HasWatches ? random.Between(1, 3) : 0,
        UserPause = (long)random.LogBetween(50, 1000) * SimKernel.Millisecond,
    };

    private static ClientFeatures Draw(SimRandom random) => new()
    {
        LeaseHolders = random.Chance(Share) ? random.Between(1, 3) : 0,
        LeasePause = (long)random.LogBetween(100, 1500) * SimKernel.Millisecond,
        Watchers = random.Chance(Share) ? random.Between(1, 2) : 0,
        WatchPause = (long)random.LogBetween(200, 4000) * SimKernel.Millisecond,
        ReadTime = (long)random.LogBetween(100, 300_000) * SimKernel.Microsecond,
        Watching = new WatchOptions
        {
            QueueBytes = (long)random.LogBetween(100, 100_000),
            QueueBytesTotal = (long)random.LogBetween(200, 1 << 20),
            ProgressInterval = TimeSpan.FromMilliseconds(random.LogBetween(100, 5000)),
        },
        FragmentBytes = (int)random.LogBetween(100, 10_000),
        Lockers = random.Chance(0.4) ? random.Between(2, 3) : 0,
        CheckpointInterval = TimeSpan.FromMilliseconds(random.Pick([0, 200, 1000, 2000])),
    };
}
