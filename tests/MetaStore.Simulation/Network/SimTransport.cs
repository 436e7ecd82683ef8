using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Network;

/// <summary>The network interface of one node incarnation.</summary>
internal sealed class SimTransport(SimNetwork network, SimProcess process) : IPeerTransport
{
    /// <summary>Receives messages, once started.</summary>
    public IPeerReceiver? Receiver { get; private set; }

    public IReadOnlyList<PeerStatus> Peers => [];

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
        byte[] file = new byte[length];
        using (body)
        {
            body.ReadExactly(file);
        }

        network.SendSnapshot(install, file, delivered => process.Schedule(0, () =>
        {
            Receiver!.OnSnapshotSent(install.To, delivered);
            process.WakeRaft();
        }));
    }

    public void AddPeer(ulong node, IReadOnlyList<Uri> urls)
    {
        // Every node can be reached by number.
    }

    public void UpdatePeer(ulong node, IReadOnlyList<Uri> urls) => AddPeer(node, urls);

    public void RemovePeer(ulong node)
    {
        // Messages of a removed member must be harmless.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
