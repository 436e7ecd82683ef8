using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Network;

/// <summary>The network interface of one node incarnation.</summary>
internal sealed class SimTransport(SimNetwork network, SimProcess process) : IPeerTransport
{
    /// <summary>Receives messages, once started.</summary>
    public IPeerReceiver? Receiver { get; private set; }

    /// <summary>The other members: connected while both run and no direction between them is cut.</summary>
    public IReadOnlyList<PeerStatus> Peers
    {
        get
        {
            ConfState members = process.Core.Status.ConfState;
            return [.. members.Voters.Concat(members.Learners).Where(id => id != process.Machine.Id).Select(StatusOf)];
        }
    }

    public void Start(IPeerReceiver receiver) => Receiver = receiver;

    public void Send(IReadOnlyList<Message> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            process.Cluster.Checks.Sends(process, messages[i]);
            network.Send(messages[i]);
        }
    }

    public void SendSnapshot(Message install, Stream body, long length)
    {
        process.Cluster.Checks.Sends(process, install);
        byte[] file = new byte[length];
        using (body)
        {
            body.ReadExactly(file);
        }

        network.SendSnapshot(install, file, delivered => process.Schedule(0, () => Receiver!.OnSnapshotSent(install.To, delivered)));
    }

    public void AddPeer(ulong node, IReadOnlyList<Uri> urls)
    {
        // Every node can be reached by number.
    }

    public void RemovePeer(ulong node)
    {
        // Messages of a removed member must be harmless.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private PeerStatus StatusOf(ulong id)
    {
        SimMachine peer = process.Cluster.Machine(id);
        DateTimeOffset? since = peer.IsRunning && network.OpenSince(process.Machine.Id, id) is { } open
            ? process.Time.UtcAt(Math.Max(open, Math.Max(peer.StartedAt, process.Machine.StartedAt)))
            : null;
        return new PeerStatus(id, since is not null, since, null, new PeerTraffic());
    }
}
