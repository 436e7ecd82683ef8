using MetaStore.Server.Configuration.Options;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Faults;

/// <summary>What clients of a seed use besides keys. Drawn apart from the swarm: what a seed drew before there were these, it still draws.</summary>
internal sealed record ClientFeatures
{
    private const ulong Apart = 0x1EA5E5;

    /// <summary>Share of the seeds that have each of them; the others stay as fast as they were.</summary>
    private const double Share = 0.08;

    /// <summary>Clients that hold leases.</summary>
    public required int LeaseHolders { get; init; }

    /// <summary>Mean time between two calls of such a client.</summary>
    public required long LeasePause { get; init; }

    /// <summary>Clients that take one lock, in seeds with leases.</summary>
    public required int Lockers { get; init; }

    /// <summary>Time between two records of what a lease has left; zero = none.</summary>
    public required TimeSpan CheckpointInterval { get; init; }

    /// <summary>Clients that watch.</summary>
    public required int Watchers { get; init; }

    /// <summary>Mean time between two things such a client does.</summary>
    public required long WatchPause { get; init; }

    /// <summary>Mean time until a client has read what a node has sent.</summary>
    public required long ReadTime { get; init; }

    /// <summary>Bounds and times of the nodes' watch rooms.</summary>
    public required WatchOptions Watching { get; init; }

    /// <summary>Size of response above which clients that allow it get it in pieces.</summary>
    public required int FragmentBytes { get; init; }

    public bool HasLeases => LeaseHolders > 0;

    public bool HasWatches => Watchers > 0;

    /// <summary>Generator of everything that only seeds with features draw.</summary>
    public static SimRandom RandomOf(ulong seed) => new(seed ^ (Apart << 32));

    public static ClientFeatures Draw(SimRandom random) => new()
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
