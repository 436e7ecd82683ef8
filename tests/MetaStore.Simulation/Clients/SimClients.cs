using MetaStore.Simulation.Checkers;

namespace MetaStore.Simulation.Clients;

/// <summary>All clients of a run, and everything they saw.</summary>
internal sealed class SimClients
{
    private readonly List<Operation> _history = [];
    private readonly SimClient[] _clients;

    public SimClients(SimCluster cluster)
    {
        Workload = new Workload(cluster, cluster.Random.Fork());
        _clients = [.. Enumerable.Range(1, cluster.Swarm.Clients).Select(number => new SimClient(cluster, number, Workload))];
        Last = new SimClient(cluster, 0, Workload) { IsStopped = true };
    }

    public Workload Workload { get; }

    /// <summary>The client that makes the one write at the end which must come through.</summary>
    public SimClient Last { get; }

    public IReadOnlyList<Operation> History => _history;

    public bool AreWaiting => _clients.Any(client => client.IsWaiting);

    public void Add(Operation operation) => _history.Add(operation);

    public void Start()
    {
        foreach (SimClient client in _clients)
        {
            client.Start();
        }
    }

    public void Stop()
    {
        foreach (SimClient client in _clients)
        {
            client.IsStopped = true;
        }
    }

    /// <summary>Connections to a node broke.</summary>
    public void OnCrash(ulong node)
    {
        foreach (SimClient client in _clients.Append(Last))
        {
            client.OnCrash(node);
        }
    }
}
