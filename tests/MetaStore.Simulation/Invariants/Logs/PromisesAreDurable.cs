using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>A node sends no vote or acknowledgement that its disk could still lose; no power cut can lose what the log has completed.</summary>
internal sealed class PromisesAreDurable(SimCluster cluster) : Invariant(cluster)
{
    public override void Sends(SimProcess process, Message message)
    {
        // A later term on disk protects an old vote as well as the vote itself: a node cannot vote again in an earlier term.
        DurableState durable = process.Durable;
        switch (message.Type)
        {
            case MessageType.AppendEntriesResponse when !message.Reject:
                Require(
                    IsDurable(process, message),
                    $"node {process.Machine.Id} acknowledges index {message.Index} in term {message.Term}, durable is {durable.LastIndex}, or what it acknowledges is not (node in term {process.Core.Status.Term})");
                break;
            case MessageType.RequestVoteResponse when !message.Reject:
                Require(
                    durable.Term > message.Term || (durable.Term == message.Term && durable.Vote == message.To),
                    $"node {process.Machine.Id} votes for {message.To} in term {message.Term}, durable is {durable.Vote} in {durable.Term}");
                break;
            case MessageType.RequestVote:
                Require(
                    durable.Term > message.Term || (durable.Term == message.Term && durable.Vote == process.Machine.Id),
                    $"node {process.Machine.Id} campaigns in term {message.Term}, durable is {durable.Vote} in {durable.Term}");
                break;
            default:
                break;
        }
    }

    public override void Completes(SimProcess process, WalAppend append)
    {
        string? unsafeFile = process.Disk.FirstUnsafe(SimProcess.WalFolder);
        Require(unsafeFile is null, $"node {process.Machine.Id} calls an append durable, and a power cut could take from {unsafeFile}");
        if (append.Marker is { } marker)
        {
            string path = $"{SimProcess.SnapshotFolder}/{SnapshotName.Format(marker.Term, marker.Index)}";
            SimFileContent? file = process.Disk.Find(path);
            Require(file is not null, $"node {process.Machine.Id} announces a snapshot at {marker.Index} that is not there");
            Require(
                !file!.IsDirty && process.Disk.FirstUnsafe(SimProcess.SnapshotFolder) != path,
                $"node {process.Machine.Id} announces a snapshot at {marker.Index} that a power cut could take away");
            string? pages = process.Disk.FirstUnsafePages();
            Require(pages is null, $"node {process.Machine.Id} announces a snapshot at {marker.Index}, and a power cut could take {pages} away");
        }
    }

    // An acknowledgement of an earlier term may be sent after a later leader has replaced the entries, even before they were written. That leader was
    // elected by a majority; had a majority accepted the entries in their own term, it would have them. So they cannot be committed by it.
    private static bool IsDurable(SimProcess process, Message message)
    {
        DurableState durable = process.Durable;
        if (durable.Term > message.Term)
        {
            return true;
        }

        bool isThere = message.Index <= Math.Max(durable.LastIndex, durable.Marker);
        return isThere && (!process.Node.Driver.Log.TryGetTerm(message.Index, out ulong term) || durable.Holds(message.Index, term)
            || process.Core.Status.Term != message.Term);
    }
}
