using MetaStore.Raft.Messages;

namespace MetaStore.Simulation.Network;

/// <summary>A node as the network sees it, running or not.</summary>
internal interface ISimPeer
{
    void Deliver(Message message);

    /// <param name="install">The announcement.</param>
    /// <param name="arrived">What arrived of the file.</param>
    /// <param name="length">What the file's length was said to be.</param>
    /// <param name="taken">Told whether it was taken.</param>
    void DeliverSnapshot(Message install, byte[] arrived, long length, Action<bool> taken);

    void Unreachable(ulong node);
}
