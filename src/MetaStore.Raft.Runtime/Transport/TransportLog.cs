using System.Net;
using MetaStore.Protocol.Peer;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Log lines of the peer transport, with stable ids from 2000. None is on the write path.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(2000, LogLevel.Information, "Connected to member {Node:x}, {Lane} lane.")]
    public static partial void PeerLaneConnected(this ILogger logger, ulong node, Lane lane);

    [LoggerMessage(2001, LogLevel.Warning, "No connection to member {Node:x}, {Lane} lane: {Reason}.")]
    public static partial void PeerLaneDown(this ILogger logger, ulong node, Lane lane, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "Closed the peer connection from {Remote}: {Reason}.")]
    public static partial void PeerRefused(this ILogger logger, string remote, string reason);

    [LoggerMessage(2003, LogLevel.Debug, "The peer connection from {Remote} (member {Node:x}) ended: {Reason}")]
    public static partial void PeerConnectionEnded(this ILogger logger, string remote, ulong node, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "Could not accept a peer connection on {Address}: {Reason}.")]
    public static partial void PeerAcceptFailed(this ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(2005, LogLevel.Error, "The peer connection with {Remote} (member {Node:x}) failed unexpectedly and was closed.")]
    public static partial void PeerConnectionFailed(this ILogger logger, Exception error, string remote, ulong node);

    [LoggerMessage(2006, LogLevel.Information, "Member {Node:x} states the peer URLs {Urls}, which are not in this member's list. They are dialled too until the list has changed.")]
    public static partial void PeerStatesUrls(this ILogger logger, ulong node, string urls);
}
