using MetaStore.Raft.Runtime.Snapshots;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Observability;

/// <summary>Log lines of the node, with stable ids: 2100 node, 2200 snapshots; 2000 are the transport's. None is on the way of a write.</summary>
internal static partial class RuntimeLog
{
    [LoggerMessage(2100, LogLevel.Information, "Member {Node:x16} follows {Leader:x16} in term {Term}.")]
    public static partial void BecameFollower(this ILogger logger, ulong node, ulong leader, ulong term);

    [LoggerMessage(2101, LogLevel.Information, "Member {Node:x16} asks whether it could be elected in term {Term}.")]
    public static partial void BecamePreCandidate(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2102, LogLevel.Information, "Member {Node:x16} campaigns in term {Term}.")]
    public static partial void BecameCandidate(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2103, LogLevel.Information, "Member {Node:x16} leads in term {Term}.")]
    public static partial void BecameLeader(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2104, LogLevel.Warning, "Member {Node:x16} stepped down in term {Term}: no quorum was heard.")]
    public static partial void QuorumLost(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2105, LogLevel.Information, "Member {Node:x16} sees a new leader {Leader:x16} in term {Term}.")]
    public static partial void LeaderChanged(this ILogger logger, ulong node, ulong leader, ulong term);

    [LoggerMessage(2106, LogLevel.Warning, "Member {Node:x16} lost its leader in term {Term}.")]
    public static partial void LeaderLost(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2107, LogLevel.Information, "Member {Follower:x16} needs the snapshot at index {Index}.")]
    public static partial void SnapshotNeeded(this ILogger logger, ulong follower, ulong index);

    [LoggerMessage(2108, LogLevel.Information, "Membership changed at index {Index}.")]
    public static partial void MembershipChanged(this ILogger logger, ulong index);

    [LoggerMessage(2109, LogLevel.Information, "Leadership transfer to {Transferee:x16}, given up: {GivenUp}.")]
    public static partial void LeaderTransfer(this ILogger logger, ulong transferee, bool givenUp);

    [LoggerMessage(2110, LogLevel.Debug, "{Kind}: member {Other:x16}, value {Value}, term {Term}.")]
    public static partial void OtherRaftEvent(this ILogger logger, RaftEventKind kind, ulong other, ulong value, ulong term);

    [LoggerMessage(2111, LogLevel.Information, "Member {Node:x16} stopped.")]
    public static partial void NodeStopped(this ILogger logger, ulong node);

    [LoggerMessage(2200, LogLevel.Information, "Snapshot to member {Node:x16} at index {Index}, {Length} bytes: {Outcome}.")]
    public static partial void SnapshotSent(this ILogger logger, ulong node, ulong index, long length, string outcome);

    [LoggerMessage(2201, LogLevel.Information, "Snapshot from member {Node:x16} at index {Index}, {Length} bytes: {Outcome}.")]
    public static partial void SnapshotReceived(this ILogger logger, ulong node, ulong index, long length, string outcome);

    [LoggerMessage(2202, LogLevel.Information, "Member {Node:x16} installs the snapshot at index {Index}, term {Term}.")]
    public static partial void SnapshotInstalled(this ILogger logger, ulong node, ulong index, ulong term);

    [LoggerMessage(2203, LogLevel.Information, "Member {Node:x16} has a snapshot at index {Index}; its log now starts at {FirstIndex}.")]
    public static partial void LogCompacted(this ILogger logger, ulong node, ulong index, ulong firstIndex);

    [LoggerMessage(2204, LogLevel.Warning, "Cannot open the snapshot at index {Index} for sending: {Reason}.")]
    public static partial void SnapshotOpenFailed(this ILogger logger, ulong index, string reason);

    [LoggerMessage(2206, LogLevel.Information, "Sending member {Node:x16} the snapshot at index {Index}: {Body}.")]
    public static partial void SnapshotBegun(this ILogger logger, ulong node, ulong index, SnapshotBody body);

    [LoggerMessage(2205, LogLevel.Warning, "Cannot delete old snapshots: {Reason}.")]
    public static partial void SnapshotTidyFailed(this ILogger logger, string reason);
}
