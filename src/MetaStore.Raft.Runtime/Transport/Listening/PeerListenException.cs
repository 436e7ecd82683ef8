using System.Net;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>The peer address cannot be listened on.</summary>
public sealed class PeerListenException(IPEndPoint address, Exception inner)
    : IOException($"cannot listen for peers on {address}: {inner.Message}", inner)
{
    /// <summary>The address.</summary>
    public IPEndPoint Address { get; } = address;
}
