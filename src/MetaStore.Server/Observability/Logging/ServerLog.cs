using MetaStore.Raft;
using MetaStore.Raft.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Logging;

// Arguments that the template does not name become fields of the line.
#pragma warning disable SYSLIB1015

/// <summary>
/// All log messages of the server, with stable IDs: full sentences, or etcd's text and fields where tools wait for a line.
/// </summary>
internal sealed partial class ServerLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>The logger, for other log lines.</summary>
    public ILogger Logger => _logger;

    [LoggerMessage(1000, LogLevel.Information, "Starting MetaStore {Version} as {Name}, member {MemberId:x} of cluster {ClusterId:x}, data in {DataDir}.")]
    public partial void Starting(string version, string name, ulong memberId, ulong clusterId, string dataDir);

    [LoggerMessage(1001, LogLevel.Information, "now serving peer/client/metrics")]
    public partial void Serving(
        ulong localMemberId, string[] listenPeerUrls, string[] advertiseClientUrls, string[] listenClientUrls, string[] listenMetricsUrls, string engine, long revision);

    [LoggerMessage(1002, LogLevel.Information, "Stopping because of {Reason}.")]
    public partial void Stopping(string reason);

    [LoggerMessage(1003, LogLevel.Information, "Stopped.")]
    public partial void Stopped();

    [LoggerMessage(1004, LogLevel.Warning, "Configuration: {Warning}.")]
    public partial void ConfigurationWarning(string warning);

    [LoggerMessage(1005, LogLevel.Warning, "The log was repaired at startup: {Note}")]
    public partial void LogRepaired(string note);

    [LoggerMessage(1006, LogLevel.Warning, "An older snapshot was used at startup: {Note}")]
    public partial void SnapshotReplaced(string note);

    [LoggerMessage(1010, LogLevel.Information, "The leader is {Leader:x} in term {Term}; this member is {Role}.")]
    public partial void LeaderChanged(ulong leader, string role, ulong term);

    [LoggerMessage(1016, LogLevel.Information, "No leader is known in term {Term}; this member is {Role}.")]
    public partial void LeaderUnknown(string role, ulong term);

    /// <summary>A new leader or a new role of this member.</summary>
    public void OnLeadership(SoftState soft, ulong term)
    {
        if (soft.Leader == 0)
        {
            LeaderUnknown(soft.Role.ToString(), term);
        }
        else
        {
            LeaderChanged(soft.Leader, soft.Role.ToString(), term);
        }
    }

    [LoggerMessage(1011, LogLevel.Information, "Membership changed at index {Index}: {Change} {Member:x}.")]
    public partial void MembershipChanged(string change, ulong member, ulong index);

    [LoggerMessage(1012, LogLevel.Information, "published local member to cluster through raft")]
    public partial void Published(ulong localMemberId, string localMemberAttributes, ulong clusterId, TimeSpan publishTimeout);

    [LoggerMessage(1013, LogLevel.Warning, "failed to publish local member to cluster through raft")]
    public partial void PublishFailed(ulong localMemberId, string localMemberAttributes, TimeSpan publishTimeout, string error);

    [LoggerMessage(1017, LogLevel.Information, "ready to serve client requests")]
    public partial void ReadyToServe();

    [LoggerMessage(1018, LogLevel.Information, "set initial cluster version")]
    public partial void ClusterVersionSet(ulong clusterId, ulong localMemberId, string clusterVersion);

    [LoggerMessage(1019, LogLevel.Information, "enabled capabilities for version")]
    public partial void CapabilitiesEnabled(string clusterVersion);

    [LoggerMessage(1047, LogLevel.Error, "checkInitialHashKV failed")]
    public partial void InitialCheckFailed(string error);

    [LoggerMessage(1048, LogLevel.Error, "The raft thread or the apply loop made no progress since the last check: the service manager's watchdog is not notified.")]
    public partial void NoProgress();

    [LoggerMessage(1049, LogLevel.Warning, "The service manager could not be notified of {State}: {Error}")]
    public partial void ServiceManagerUnreachable(string state, string error);

    [LoggerMessage(1020, LogLevel.Warning, "Applying up to index {Index} took {Milliseconds:F1} ms for {Commands} commands.")]
    public partial void SlowApply(ulong index, int commands, double milliseconds);

    [LoggerMessage(1021, LogLevel.Information, "Snapshot of index {Index} written: {Bytes} bytes, {Body}, in {Milliseconds:F0} ms.")]
    public partial void SnapshotTaken(ulong index, long bytes, SnapshotBody body, double milliseconds);

    [LoggerMessage(1095, LogLevel.Warning, "Pages of the state stay in memory, because the disk has no space for them: {Error}")]
    public partial void PagesStayInMemory(string error);

    [LoggerMessage(1096, LogLevel.Warning, "Page files that are no longer used could not be deleted, which is tried again after the next snapshot: {Error}")]
    public partial void PageFilesKept(string error);

    [LoggerMessage(1045, LogLevel.Warning, "The follower that requested a snapshot after index {Index} is sent the portable snapshot and not the engine's files: {Reason}.")]
    public partial void FilesNotSent(ulong index, string reason);

    [LoggerMessage(1022, LogLevel.Information, "Snapshot of index {Index}, {Body}, installed in {Milliseconds:F0} ms.")]
    public partial void SnapshotInstalled(ulong index, SnapshotBody body, double milliseconds);

    [LoggerMessage(1023, LogLevel.Information, "State loaded from the snapshot of index {Index} in {Milliseconds:F0} ms; the log continues to index {LastIndex}.")]
    public partial void SnapshotLoaded(ulong index, ulong lastIndex, double milliseconds);

    [LoggerMessage(1033, LogLevel.Information, "Building the key index: {Records} records so far.")]
    public partial void Indexing(long records);

    [LoggerMessage(1034, LogLevel.Information, "State of the {Engine} engine opened as of index {Index} in {Milliseconds:F0} ms.")]
    public partial void StateOpened(string engine, ulong index, double milliseconds);

    [LoggerMessage(1029, LogLevel.Information, "The engine was flushed up to index {Index} in {Milliseconds:F0} ms.")]
    public partial void EngineFlushed(ulong index, double milliseconds);

    [LoggerMessage(1046, LogLevel.Warning, "The flush of the engine up to index {Index} was postponed: {Reason}.")]
    public partial void FlushPostponed(ulong index, string reason);

    [LoggerMessage(1032, LogLevel.Information, "Compacted the engine's files: {Before} bytes before, {After} after, {Milliseconds:F0} ms.")]
    public partial void Defragmented(long before, long after, double milliseconds);

    [LoggerMessage(1030, LogLevel.Error, "The snapshot of index {Index} for a follower cannot be written: {Error} The follower will request it again.")]
    public partial void FollowerSnapshotFailed(ulong index, string error);

    [LoggerMessage(1031, LogLevel.Warning, "Snapshots up to index {Index} cannot be deleted: {Error}")]
    public partial void SnapshotDeletionFailed(ulong index, string error);

    [LoggerMessage(1025, LogLevel.Error, "The disk of {Directory} is nearly full: {Free} bytes are free, {Needed} are needed. Writes are rejected with a NOSPACE alarm. Free space, then disarm the alarm.")]
    public partial void DiskLow(string directory, long free, long needed);

    [LoggerMessage(1026, LogLevel.Information, "The disk of {Directory} has space again: {Free} bytes are free, {Needed} are needed. Disarm the NOSPACE alarm to accept writes.")]
    public partial void DiskRoomAgain(string directory, long free, long needed);

    [LoggerMessage(1080, LogLevel.Information, "The NOSPACE alarm of this member ends, as --auto-disarm-nospace says: {Used} bytes of {Quota} are used and the disk has space.")]
    public partial void NoSpaceEnds(long used, long quota);

    [LoggerMessage(1081, LogLevel.Warning, "{Flag} is now {After}, was {Before}.")]
    public partial void SettingChanged(string flag, string before, string after);

    [LoggerMessage(1082, LogLevel.Warning, "{Flag} is {After} in the configuration and stays {Before} until a restart.")]
    public partial void SettingNeedsRestart(string flag, string before, string after);

    [LoggerMessage(1083, LogLevel.Information, "Read the configuration again: {Changes} settings have changed.")]
    public partial void Reloaded(int changes);

    [LoggerMessage(1084, LogLevel.Error, "The configuration has an error and is not reloaded: {Error}")]
    public partial void ReloadRefused(string error);

    [LoggerMessage(1085, LogLevel.Information, "The learner {Member:x} ({Name}) has caught up and is a voter now, as --auto-promote-learners says.")]
    public partial void LearnerPromoted(ulong member, string name);

    [LoggerMessage(1090, LogLevel.Information, "Traces of {SamplingRate} of a million calls, and of those that their callers sample, are sent to {Address} as {ServiceName} {InstanceId}.")]
    public partial void TracingEnabled(string address, string serviceName, string instanceId, int samplingRate);

    [LoggerMessage(1091, LogLevel.Warning, "Traces cannot be sent to {Address}: {Spans} spans are lost, and further ones until it takes them. Calls are served as before.")]
    public partial void TracesNotSent(string address, long spans);

    [LoggerMessage(1092, LogLevel.Information, "Traces are sent to {Address} again; {Spans} spans were lost.")]
    public partial void TracesSentAgain(string address, long spans);

    [LoggerMessage(1093, LogLevel.Warning, "Member {Member:x} ({Name}) has not been heard from for {SilentFor}. If it does not come back, replace it: {Commands}. {Quorum}")]
    public partial void MemberSilent(ulong member, string name, TimeSpan silentFor, string commands, string quorum);

    [LoggerMessage(1094, LogLevel.Information, "Member {Member:x} ({Name}) is heard from again.")]
    public partial void MemberHeardAgain(ulong member, string name);

    [LoggerMessage(1027, LogLevel.Error, "The snapshot of index {Index} does not fit on the disk: {Error} The log is kept and the snapshot retried in {Seconds} s.")]
    public partial void SnapshotPutOff(ulong index, string error, double seconds);

    [LoggerMessage(1028, LogLevel.Error, "The next log segment cannot be created in {Directory}: {Error} It is retried every second; when the current one is full, writes wait.")]
    public partial void SegmentPutOff(string directory, string error);

    [LoggerMessage(1014, LogLevel.Warning, "This member was removed from the cluster; it stops.")]
    public partial void Removed();

    [LoggerMessage(1050, LogLevel.Warning, "Member {Member:x} reports that this member was removed from the cluster. {Refusing} of {Needed} needed members report this; if it was removed, stop it and empty its data directory.")]
    public partial void RemovalClaimed(ulong member, int refusing, int needed);

    [LoggerMessage(1015, LogLevel.Warning, "The other members are not known yet: {Why}")]
    public partial void MembersUnknown(string why);

    [LoggerMessage(1040, LogLevel.Information, "Compacted automatically to revision {Revision}: {Rule}.")]
    public partial void AutoCompacted(long revision, string rule);

    [LoggerMessage(1041, LogLevel.Warning, "The compaction to revision {Revision} failed ({Error}); it will be retried.")]
    public partial void AutoCompactionFailed(long revision, string error);

    [LoggerMessage(1042, LogLevel.Information, "{Members} members have the same state at revision {Revision}: hash {Hash}.")]
    public partial void HashesEqual(int members, long revision, uint hash);

    [LoggerMessage(1043, LogLevel.Warning, "The members' states were not compared: {Why}.")]
    public partial void HashesNotCompared(string why);

    [LoggerMessage(1044, LogLevel.Critical, "The state of member {Member:x} differs from the majority's at revision {Revision} (hash {Hash}): CORRUPT alarm. Writes are rejected. Remove the member and add it again, then disarm the alarm.")]
    public partial void StateDiffers(ulong member, long revision, uint hash);

    [LoggerMessage(1051, LogLevel.Warning, "The key {Key} of a caller that stopped waiting for its lock or election cannot be deleted: {Error} It will be deleted with its lease.")]
    public partial void PlaceNotGivenUp(string key, string error);

    [LoggerMessage(1052, LogLevel.Error, "Background work failed, and its exception was not observed.")]
    public partial void TaskDropped(Exception failure);

    [LoggerMessage(1024, LogLevel.Information, "Defragmentation requested: the engine {Engine} has nothing to free of its {Bytes} bytes.")]
    public partial void NothingToDefragment(string engine, long bytes);

    [LoggerMessage(1060, LogLevel.Warning, "{Count} batches could not be compressed and were logged uncompressed: {Error}")]
    public partial void CompressionFailed(long count, string error);

    [LoggerMessage(1062, LogLevel.Warning, "--bcrypt-cost {Cost} is outside of 4 to 31: {Used} is used.")]
    public partial void BcryptCostReplaced(int cost, int used);
}
