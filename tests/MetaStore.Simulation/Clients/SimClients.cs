using MetaStore.Server.Services;
using MetaStore.Simulation.Checkers;

namespace MetaStore.Simulation.Clients;

/// <summary>All clients of a run, and their histories.</summary>
internal sealed class SimClients
{
    private readonly List<Operation> _history = [];
    private readonly SimClient[] _clients;
    private readonly List<CallingClient> _scripted = [];
    private readonly List<WatchingClient> _watching = [];

    public SimClients(SimCluster cluster)
    {
        Workload = new Workload(cluster, cluster.Random.Fork());
        _clients = [.. Enumerable.Range(1, cluster.Swarm.Clients).Select(number => new SimClient(cluster, number, Workload))];
        Last = new SimClient(cluster, 0, Workload) { IsStopped = true };
    }

    /// <summary>Creates the clients that use more than keys.</summary>
    public void AddScripted(SimCluster cluster)
    {
        var ids = new LeaseIds(cluster.FeatureRandom.Fork(), LeaseService.TtlMinOf(cluster.Swarm.Heartbeat * cluster.Swarm.ElectionTicks));
        for (int i = 1; i <= cluster.Features.LeaseHolders; i++)
        {
            _scripted.Add(new LeaseHolder(cluster, 100 + i, cluster.FeatureRandom.Fork(), ids));
        }

        for (int i = 1; cluster.Features.HasLeases && i <= cluster.Features.Lockers; i++)
        {
            _scripted.Add(new LockClient(cluster, 200 + i, cluster.FeatureRandom.Fork(), ids));
        }

        if (cluster.Features.HasUsers)
        {
            _scripted.Add(new AdministratorClient(cluster, 300, cluster.UserRandom.Fork()));
        }

        for (int i = 1; i <= cluster.Features.Users; i++)
        {
            _scripted.Add(new UserClient(cluster, 300 + i, cluster.UserRandom.Fork()));
        }

        for (int i = 0; i < cluster.Features.Watchers; i++)
        {
            _watching.Add(new WatchingClient(cluster, cluster.FeatureRandom.Fork()));
        }
    }

    public Workload Workload { get; }

    /// <summary>The client of the last write, which must succeed.</summary>
    public SimClient Last { get; }

    public IReadOnlyList<Operation> History => _history;

    /// <summary>Clients that watch.</summary>
    public IReadOnlyList<WatchingClient> Watching => _watching;

    public bool AreWaiting => _clients.Any(client => client.IsWaiting) || _scripted.Exists(client => client.IsWaiting);

    public void Add(Operation operation) => _history.Add(operation);

    public void Start()
    {
        foreach (SimClient client in _clients)
        {
            client.Start();
        }

        _scripted.ForEach(client => client.Start());
        _watching.ForEach(client => client.Start());
    }

    public void Stop()
    {
        foreach (SimClient client in _clients)
        {
            client.IsStopped = true;
        }

        _scripted.ForEach(client => client.IsStopped = true);
        _watching.ForEach(client => client.IsStopped = true);
    }

    /// <summary>Connections to a node broke.</summary>
    public void OnCrash(ulong node)
    {
        foreach (SimClient client in _clients.Append(Last))
        {
            client.OnCrash(node);
        }

        _scripted.ForEach(client => client.OnCrash(node));
    }
}
