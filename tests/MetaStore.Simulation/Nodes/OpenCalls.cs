using MetaStore.Batching.Admission.Queueing;
using MetaStore.Simulation.Clients;

namespace MetaStore.Simulation.Nodes;

/// <summary>Writes of clients that a node incarnation has received and not answered yet, and the clients' connections.</summary>
internal sealed class OpenCalls(SimProcess process)
{
    private readonly List<SimCall> _open = [];
    private readonly Dictionary<int, ConnectionCredits> _connections = [];

    public IReadOnlyList<SimCall> Open => _open;

    /// <summary>A write arrives.</summary>
    /// <param name="client">Its client, which has one connection.</param>
    /// <param name="timeout">The client's deadline; null when it has none.</param>
    public SimCall Arrive(int client, TimeSpan? timeout)
    {
        if (!_connections.TryGetValue(client, out ConnectionCredits? credits))
        {
            credits = _connections[client] = new ConnectionCredits();
        }

        var call = new SimCall(process, credits, timeout);
        _open.Add(call);
        return call;
    }

    /// <summary>A write has its outcome.</summary>
    /// <returns>False when it had one before.</returns>
    public bool Remove(SimCall call) => _open.Remove(call);
}
