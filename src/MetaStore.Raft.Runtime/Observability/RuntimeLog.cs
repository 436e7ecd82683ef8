using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Observability;

/// <summary>
/// Log lines of the node, with stable ids: 2100 node, 2200 snapshots, 2300 background work; 2000 are the transport's. None is on
/// the write path.
/// </summary>
/// <remarks>
/// Member ids are printed as etcdctl does, without leading zeros. Events that the server logs in more detail are at debug level
/// here.
/// </remarks>
internal static partial class RuntimeLog
{
    [LoggerMessage(2100, LogLevel.Debug, "Member {Node:x} follows {Leader:x} in term {Term}.")]
    public static partial void BecameFollower(this ILogger logger, ulong node, ulong leader, ulong term);

    [LoggerMessage(2101, LogLevel.Information, "Member {Node:x} starts a pre-vote in term {Term}.")]
    public static partial void BecamePreCandidate(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2102, LogLevel.Information, "Member {Node:x} campaigns in term {Term}.")]
    public static partial void BecameCandidate(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2103, LogLevel.Information, "Member {Node:x} leads in term {Term}.")]
    public static partial void BecameLeader(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2104, LogLevel.Warning, "Member {Node:x} stepped down in term {Term}: no quorum of members responded.")]
    public static partial void QuorumLost(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2105, LogLevel.Debug, "Member {Node:x} sees a new leader {Leader:x} in term {Term}.")]
    public static partial void LeaderChanged(this ILogger logger, ulong node, ulong leader, ulong term);

    [LoggerMessage(2106, LogLevel.Warning, "Member {Node:x} lost its leader in term {Term}.")]
    public static partial void LeaderLost(this ILogger logger, ulong node, ulong term);

    [LoggerMessage(2107, LogLevel.Information, "Member {Follower:x} needs the snapshot at index {Index}.")]
    public static partial void SnapshotNeeded(this ILogger logger, ulong follower, ulong index);

    [LoggerMessage(2108, LogLevel.Debug, "Membership changed at index {Index}.")]
    public static partial void MembershipChanged(this ILogger logger, ulong index);

    [LoggerMessage(2109, LogLevel.Information, "Transferring leadership to member {Transferee:x}.")]
    public static partial void LeaderTransfer(this ILogger logger, ulong transferee);

    [LoggerMessage(2112, LogLevel.Warning, "The leadership transfer to member {Transferee:x} was aborted.")]
    public static partial void LeaderTransferGivenUp(this ILogger logger, ulong transferee);

    [LoggerMessage(2110, LogLevel.Debug, "{Kind}: member {Other:x}, value {Value}, term {Term}.")]
    public static partial void OtherRaftEvent(this ILogger logger, RaftEventKind kind, ulong other, ulong value, ulong term);

    [LoggerMessage(2111, LogLevel.Information, "Member {Node:x} stopped.")]
    public static partial void NodeStopped(this ILogger logger, ulong node);

    [LoggerMessage(2113, LogLevel.Warning, "Refused a message ({Type}) in the name of member {From:x}, term {Term}: {Reason}. Similar messages are counted but not logged for a minute.")]
    public static partial void MessageRefused(this ILogger logger, MessageType type, ulong from, ulong term, string reason);

    [LoggerMessage(2115, LogLevel.Warning, "Refused a message in the name of member {From:x}: its term {Term} is too far above this member's term {Own}. Similar messages are counted but not logged for a minute.")]
    public static partial void TermRefused(this ILogger logger, ulong from, ulong term, ulong own);

    [LoggerMessage(2116, LogLevel.Error, "Leader {Leader:x} says that entries up to {Claimed} are durable on this member, but the log ends at {Last}. The leader is asked to confirm.")]
    public static partial void EntriesMissing(this ILogger logger, ulong leader, ulong claimed, ulong last);

    [LoggerMessage(2117, LogLevel.Error, "Member {Follower:x} says that it does not hold entry {Index}, which it acknowledged as durable: it lost data. Remove it and add it again with an empty data directory.")]
    public static partial void AcknowledgementLost(this ILogger logger, ulong follower, ulong index);

    [LoggerMessage(2118, LogLevel.Warning, "Leader {Leader:x} could not confirm which entries are durable on this member: {Reason}")]
    public static partial void AcknowledgedNotAsked(this ILogger logger, ulong leader, string reason);

    [LoggerMessage(2114, LogLevel.Warning, "Skipping entry {Index} of term {Term} ({Bytes} bytes) because of --unsafe-skip-entry: it has no effect on this member.")]
    public static partial void EntrySkipped(this ILogger logger, ulong index, ulong term, int bytes);

    [LoggerMessage(2119, LogLevel.Warning, "Entries from {Index} on, which a member needs, cannot be read from the log's files yet: {Reason}. They are tried again.")]
    public static partial void EntriesNotLoaded(this ILogger logger, ulong index, string reason);

    [LoggerMessage(2200, LogLevel.Information, "Snapshot to member {Node:x} at index {Index}, {Length} bytes: {Outcome}.")]
    public static partial void SnapshotSent(this ILogger logger, ulong node, ulong index, long length, string outcome);

    [LoggerMessage(2201, LogLevel.Information, "Snapshot from member {Node:x} at index {Index}, {Length} bytes: {Outcome}.")]
    public static partial void SnapshotReceived(this ILogger logger, ulong node, ulong index, long length, string outcome);

    [LoggerMessage(2202, LogLevel.Information, "Member {Node:x} installs the snapshot at index {Index}, term {Term}.")]
    public static partial void SnapshotInstalled(this ILogger logger, ulong node, ulong index, ulong term);

    [LoggerMessage(2203, LogLevel.Information, "Member {Node:x} has a snapshot at index {Index}; its log now starts at {FirstIndex}.")]
    public static partial void LogCompacted(this ILogger logger, ulong node, ulong index, ulong firstIndex);

    [LoggerMessage(2204, LogLevel.Warning, "Cannot open the snapshot at index {Index} for sending: {Reason}.")]
    public static partial void SnapshotOpenFailed(this ILogger logger, ulong index, string reason);

    [LoggerMessage(2207, LogLevel.Error, "Cannot send member {Node:x} the snapshot at index {Index}; the transfer is retried.")]
    public static partial void SnapshotSendFailed(this ILogger logger, ulong node, ulong index, Exception failure);

    [LoggerMessage(2206, LogLevel.Information, "Sending member {Node:x} the snapshot at index {Index}: {Body}.")]
    public static partial void SnapshotBegun(this ILogger logger, ulong node, ulong index, SnapshotBody body);

    [LoggerMessage(2205, LogLevel.Warning, "Cannot delete old snapshots: {Reason}.")]
    public static partial void SnapshotTidyFailed(this ILogger logger, string reason);

    [LoggerMessage(2300, LogLevel.Error, "The loop \"{Name}\" failed; it restarts in {Seconds} s.")]
    public static partial void LoopFailed(this ILogger logger, string name, double seconds, Exception failure);

    [LoggerMessage(2301, LogLevel.Error, "A round of \"{Name}\" failed; the next one starts in {Seconds} s.")]
    public static partial void TurnFailed(this ILogger logger, string name, double seconds, Exception failure);

    [LoggerMessage(2302, LogLevel.Error, "The task \"{Name}\" failed.")]
    public static partial void TaskFailed(this ILogger logger, string name, Exception failure);
}
