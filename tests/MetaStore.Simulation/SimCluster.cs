using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Simulation.Clients;
using MetaStore.Simulation.Faults;
using MetaStore.Simulation.Invariants.Leases;
using MetaStore.Simulation.Invariants;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Network;
using MetaStore.Simulation.Nodes;
using MetaStore.Simulation.Runs;

namespace MetaStore.Simulation;

/// <summary>A whole cluster with its network, clients and checks, on one thread, determined by one seed.</summary>
internal sealed class SimCluster
{
    private const ulong StoredLogApart = 0x510_0000_0000;
    private const ulong PageFilesApart = 0x9A6_0000_0000;

    private readonly Action<string>? _trace;

    public SimCluster(ulong seed, Action<string>? trace)
    {
        _trace = trace;
        var root = new SimRandom(seed);
        Swarm = Swarm.Draw(root.Fork());
        var apart = new SimRandom(~seed);
        if (apart.Chance(Swarm.CrowdedShare))
        {
            Swarm = Swarm.Crowded(apart);
        }

        Swarm = Swarm.WithStoredLog(new SimRandom(seed ^ StoredLogApart)).WithPageFiles(new SimRandom(seed ^ PageFilesApart));
        Plan = FaultPlan.Draw(Swarm, root.Fork());
        Random = root.Fork();
        Kernel = new SimKernel(root.Fork());
        int size = Swarm.Voters + Swarm.Spares;
        Network = new SimNetwork(Kernel, root.Fork(), size)
        {
            Delay = Swarm.NetworkDelay,
            Loss = Swarm.Loss,
            Duplication = Swarm.Duplication,
            Shortening = Swarm.Shortening,
        };
        Founders = [.. Enumerable.Range(1, Swarm.Voters).Select(id => new InitialMember((ulong)id, ReadOnlyMemory<byte>.Empty))];
        FeatureRandom = ClientFeatures.RandomOf(seed);
        UserRandom = ClientFeatures.UserRandomOf(seed);
        Features = ClientFeatures.Draw(FeatureRandom, UserRandom);
        CallRandom = FeatureRandom.Fork();
        Checks = new Checks(this);
        Clients = new SimClients(this);
        Clients.AddScripted(this);
        Machines = [.. Enumerable.Range(1, size).Select(MakeMachine)];
    }

    /// <summary>A node has just become leader.</summary>
    public event Action<SimProcess>? LeaderElected;

    public Swarm Swarm { get; }

    /// <summary>What clients use in addition to keys.</summary>
    public ClientFeatures Features { get; }

    public FaultPlan Plan { get; }

    public SimRandom Random { get; }

    /// <summary>Random numbers for the deadlines of calls.</summary>
    public SimRandom CallRandom { get; }

    /// <summary>Random numbers for seeds with <see cref="Features"/>, and for the continuations of calls.</summary>
    public SimRandom FeatureRandom { get; }

    /// <summary>Random numbers for users, in seeds with users.</summary>
    public SimRandom UserRandom { get; }

    public SimKernel Kernel { get; }

    public SimNetwork Network { get; }

    public IReadOnlyList<InitialMember> Founders { get; }

    /// <summary>All nodes by id; id 1 comes first.</summary>
    public IReadOnlyList<SimMachine> Machines { get; }

    public SimClients Clients { get; }

    public Checks Checks { get; }

    public CommittedLog Committed { get; } = new();

    /// <summary>Leases according to the committed log; empty in seeds without leases.</summary>
    public LeaseTimeline Leases { get; } = new();

    /// <summary>When a node last became leader.</summary>
    public long LedSince { get; private set; }

    public RunStatistics Statistics { get; } = new();

    /// <summary>Highest index that any node has published so far.</summary>
    public ulong HighestApplied { get; private set; }

    /// <summary>Highest revision that any node has published so far.</summary>
    public long HighestRevision { get; private set; } = 1;

    public SimMachine Machine(ulong id) => Machines[(int)id - 1];

    /// <summary>Records what a node has published.</summary>
    public void SawApplied(SimProcess process)
    {
        HighestApplied = Math.Max(HighestApplied, process.State.Reader.AppliedIndex);
        HighestRevision = Math.Max(HighestRevision, process.State.Reader.Revision);
    }

    public void OnLeader(SimProcess process)
    {
        LedSince = Kernel.Now;
        LeaderElected?.Invoke(process);
    }

    public void Trace(string line) => _trace?.Invoke($"{Kernel.Now / (double)SimKernel.Second,10:F4} {line}");

    private SimMachine MakeMachine(int id)
    {
        double rate = 1 + (Swarm.Drift * ((2 * Random.NextDouble()) - 1));
        var machine = new SimMachine(this, (ulong)id, isFounder: id <= Swarm.Voters, rate);
        Network.Attach(machine.Id, machine);
        return machine;
    }
}
