using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Engines.PageFiles;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Faults;

/// <summary>Parameters of one seed, drawn once, so that many seeds cover combinations that a single mixture would never reach.</summary>
/// <remarks>
/// Small limits force rare paths: tiny segments, snapshot counts, inflight windows and batches (buggify). Source: Groce et al., "Swarm testing"
/// (ISSTA 2012).
/// </remarks>
internal sealed record Swarm
{
    private static readonly FaultKind[] AllFaults = Enum.GetValues<FaultKind>();
    private static readonly FaultKind[] PartingFaults =
    [
        FaultKind.Kill, FaultKind.Pause, FaultKind.Split, FaultKind.Isolate, FaultKind.Bridge, FaultKind.Ring, FaultKind.CutDirections, FaultKind.Swizzle,
        FaultKind.LoseLeader, FaultKind.Campaign, FaultKind.Transfer,
    ];

    private static readonly AdmissionMode[] AllModes = Enum.GetValues<AdmissionMode>();
    private static readonly BatchPolicyKind[] AllPolicies = Enum.GetValues<BatchPolicyKind>();

    /// <summary>Fraction of the seeds that are <see cref="Crowded"/>; drawn separately, so that the others are unchanged.</summary>
    public const double CrowdedShare = 0.08;

    /// <summary>Fraction of the seeds of <see cref="WithStoredLog"/>.</summary>
    public const double StoredLogShare = 0.15;

    /// <summary>Fraction of the seeds of <see cref="WithPageFiles"/>.</summary>
    public const double PageFilesShare = 0.4;

    public required int Voters { get; init; }

    /// <summary>Nodes that are not initial members and may join.</summary>
    public required int Spares { get; init; }

    public required TimeSpan Heartbeat { get; init; }

    public required int ElectionTicks { get; init; }

    public required bool PreVote { get; init; }

    public required int SnapshotCount { get; init; }

    public required int CatchUpEntries { get; init; }

    public required int SegmentBytes { get; init; }

    public required int AppendBytes { get; init; }

    public required int Inflight { get; init; }

    public required long UncommittedBytes { get; init; }

    public required int ReadersMax { get; init; }

    /// <summary>Committed entries, and their bytes, that a node hands out before some are applied: few in some seeds, so that it waits.</summary>
    public int CommittedEntries { get; init; } = 65_536;

    /// <inheritdoc cref="CommittedEntries"/>
    public long CommittedBytes { get; init; } = 128 << 20;

    public required BatchSettings Batching { get; init; }

    /// <summary>Credits of a node for proposals: few in some seeds, so that calls wait for one.</summary>
    public AdmissionSettings Admission { get; init; } = new();

    /// <summary>After this time a node gives up a write.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Fraction of the writes whose client sends a deadline of its own.</summary>
    public double Deadlines { get; init; }

    /// <summary>Bytes of the log kept in memory: nearly nothing in some seeds, so that members that lag are sent entries from the files.</summary>
    public long LogMemoryBytes { get; init; } = 16 << 20;

    /// <summary>Chance that entries cannot be read from the files for want of a descriptor.</summary>
    public double LoadFailure { get; init; }

    /// <summary>Sizes of page files; null = the state is in memory as a whole.</summary>
    public PageFileSettings? Pages { get; init; }

    public required int Clients { get; init; }

    public required int Keys { get; init; }

    public required long ThinkTime { get; init; }

    public required long NetworkDelay { get; init; }

    public required double Loss { get; init; }

    public required double Duplication { get; init; }

    /// <summary>Fraction of appends that lose some of their entries in transit.</summary>
    public double Shortening { get; init; }

    public required long SyncTime { get; init; }

    /// <summary>Chance that a sync takes a hundred times as long.</summary>
    public required double SlowSync { get; init; }

    public required long StepTime { get; init; }

    /// <summary>Mean duration of background work: a large snapshot takes a while, and the node continues meanwhile.</summary>
    public required long BackgroundTime { get; init; }

    /// <summary>Probability that a step of a node is delayed for long, so that others overtake it.</summary>
    public required double LateStep { get; init; }

    public required double Drift { get; init; }

    /// <summary>Wall clocks start at the same time after each restart: a machine whose clock has no battery.</summary>
    public required bool WallRestarts { get; init; }

    public required long FaultInterval { get; init; }

    public required FaultKind[] Faults { get; init; }

    public required long FaultyTime { get; init; }

    /// <summary>Maximum number of nodes that may be lost permanently: a minority.</summary>
    public int LossBudget => (Voters - 1) / 2;

    public static Swarm Draw(SimRandom random)
    {
        int voters = random.Pick([1, 2, 3, 3, 3, 3, 4, 5, 5, 7]);
        TimeSpan heartbeat = TimeSpan.FromMilliseconds(random.Pick([50, 100, 100, 200]));
        bool calm = random.Chance(0.08);
        FaultKind[] faults = [.. AllFaults.Where(_ => random.Chance(0.45))];
        var swarm = new Swarm
        {
            Voters = voters,
            Spares = random.Chance(0.4) ? random.Between(1, 2) : 0,
            Heartbeat = heartbeat,
            ElectionTicks = random.Between(5, 12),
            PreVote = !random.Chance(0.2),
            SnapshotCount = (int)random.LogBetween(4, 400),
            CatchUpEntries = random.Pick([0, 0, 1, 5, 50]),
            SegmentBytes = random.Pick([16, 16, 24, 32, 64]) << 10,
            AppendBytes = (int)random.LogBetween(64, 64 << 10),
            Inflight = random.Pick([1, 2, 4, 16, 256]),
            UncommittedBytes = random.Chance(0.2) ? random.Between(500, 5000) : 256 << 20,
            ReadersMax = random.Chance(0.1) ? 2 : 1000,
            Batching = Batches(random),
            Clients = random.Between(1, 8),
            Keys = random.Pick([1, 2, 3, 5, 10, 20]),
            ThinkTime = (long)random.LogBetween(20, 1500) * SimKernel.Millisecond,
            NetworkDelay = (long)random.LogBetween(100, 30_000) * SimKernel.Microsecond,
            Loss = calm || random.Chance(0.3) ? 0 : random.LogBetween(0.001, 0.2),
            Duplication = calm || random.Chance(0.3) ? 0 : random.LogBetween(0.001, 0.2),
            SyncTime = (long)random.LogBetween(100, 50_000) * SimKernel.Microsecond,
            SlowSync = random.Chance(0.5) ? 0 : random.LogBetween(0.001, 0.05),
            StepTime = (long)random.LogBetween(5, 500) * SimKernel.Microsecond,
            LateStep = random.Chance(0.5) ? 0 : random.LogBetween(0.001, 0.05),
            Drift = random.Chance(0.5) ? 0 : 0.1,
            WallRestarts = random.Chance(0.2),
            FaultInterval = (long)random.LogBetween(300, 8000) * SimKernel.Millisecond,
            Faults = calm ? [] : faults,
            FaultyTime = random.Between(15, 50) * SimKernel.Second,
            BackgroundTime = (long)(random.Chance(0.5) ? random.LogBetween(5, 500) : random.LogBetween(500, 2_000_000)) * SimKernel.Microsecond,
        };
        swarm = random.Chance(0.3) ? swarm.Unhurried() : swarm;
        return swarm with
        {
            RequestTimeout = TimeSpan.FromSeconds(random.Pick([1, 2, 4, 4])),
            Deadlines = random.Chance(0.5) ? 0 : random.LogBetween(0.02, 0.5),
            Admission = random.Chance(0.6) ? new AdmissionSettings() : Credits(random),
            CommittedEntries = random.Pick([1, 2, 8, 100, 65_536, 65_536]),
            CommittedBytes = random.Chance(0.2) ? random.Between(1, 2000) : 128 << 20,
        };
    }

    /// <summary>In some seeds a log that is long, and in its files mostly. Drawn apart, so that the other seeds draw what they did before.</summary>
    public Swarm WithStoredLog(SimRandom random) => !random.Chance(StoredLogShare) ? this : this with
    {
        LogMemoryBytes = random.Chance(0.3) ? 0 : (long)random.LogBetween(50, 20_000),
        LoadFailure = random.Chance(0.5) ? 0 : random.LogBetween(0.01, 0.5),
        SnapshotCount = (int)random.LogBetween(20, 2000),
        CatchUpEntries = random.Pick([0, 20, 500]),
    };

    /// <summary>In some seeds old revisions are in page files, of few entries each. Drawn apart, so that the other seeds draw what they did before.</summary>
    public Swarm WithPageFiles(SimRandom random) => !random.Chance(PageFilesShare) ? this : this with
    {
        Pages = new PageFileSettings
        {
            PageBytes = (int)random.LogBetween(200, 3000),
            FileBytesMin = (long)random.LogBetween(1, 3000),
            FileBytesMax = (long)random.LogBetween(300, 20_000),
            HeapBytesMax = (long)random.LogBetween(200, 20_000),
        },
    };

    /// <summary>
    /// Minutes with many events: small messages, many of them lost, on a log that is compacted as much as possible. Situations that need several rare
    /// events at once (a long conflicting suffix, a snapshot that meets a matching log) occur here.
    /// </summary>
    public Swarm Crowded(SimRandom random) => this with
    {
        Voters = random.Pick([3, 3, 4, 5]),
        Heartbeat = TimeSpan.FromMilliseconds(50),
        ElectionTicks = random.Between(5, 7),
        SnapshotCount = random.Between(4, 12),
        CatchUpEntries = 0,
        AppendBytes = random.Between(64, 300),
        Inflight = random.Pick([1, 2, 4]),
        Batching = Batching with { MaxBatchSize = 1, FlushWhenIdle = true, PipelineDepth = 16 },
        Clients = 8,
        ThinkTime = (long)random.LogBetween(10, 60) * SimKernel.Millisecond,
        NetworkDelay = (long)random.LogBetween(1000, 30_000) * SimKernel.Microsecond,
        Loss = random.LogBetween(0.02, 0.3),
        Duplication = random.LogBetween(0.01, 0.2),
        Shortening = 0.4,
        FaultInterval = (long)random.LogBetween(300, 1500) * SimKernel.Millisecond,
        Faults = [.. PartingFaults.Where(_ => random.Chance(0.6))],
        FaultyTime = 15 * SimKernel.Second,
    };

    // Hours with few events: late messages may arrive after whole terms.
    private Swarm Unhurried()
    {
        const int slower = 4;
        return this with { FaultyTime = FaultyTime * slower, ThinkTime = ThinkTime * slower, FaultInterval = FaultInterval * slower };
    }

    private static AdmissionSettings Credits(SimRandom random) => new()
    {
        Mode = random.Pick(AllModes),
        Initial = random.Pick([1, 2, 4]),
        Min = 1,
        Max = random.Pick([4, 100]),
        PerConnection = random.Pick([0, 1, 128]),
        Reserved = random.Pick([1, 16]),
        MaxWait = TimeSpan.FromMilliseconds(random.LogBetween(20, 2000)),
        MaxWaiting = random.Pick([1, 4, 1000]),
    };

    private static BatchSettings Batches(SimRandom random) => new()
    {
        Policy = random.Pick(AllPolicies),
        MaxBatchSize = random.Pick([1, 2, 8, 256]),
        FlushWhenIdle = random.Chance(0.7),
        PipelineDepth = random.Pick([1, 2, 4]),
        Compression = random.Chance(0.1) ? BatchCompression.Gzip : BatchCompression.None,
        CompressionMinBytes = 16,
    };
}
