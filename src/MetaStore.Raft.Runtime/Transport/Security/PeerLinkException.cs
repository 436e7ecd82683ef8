namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>A connection under TLS broke: what arrived is not what the other side sent, or it refused this side's certificate.</summary>
internal sealed class PeerLinkException(string message, Exception inner) : IOException(message, inner);
