using MetaStore.Raft.Messages;

namespace MetaStore.Simulation.Network;

/// <summary>A node as the network sees it, running or not.</summary>
internal interface ISimPeer
{
    void Deliver(Message message);

    /// <param name="install">The announcement.</param>
    /// <param name="arrived">Received bytes of the file.</param>
    /// <param name="length">Announced length of the file.</param>
    /// <param name="taken">Called with whether it was accepted.</param>
    void DeliverSnapshot(Message install, byte[] arrived, long length, Action<bool> taken);

    void Unreachable(ulong node);
}
