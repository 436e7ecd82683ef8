using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Transport;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>Moves snapshot files between the store and the transport, off the raft thread.</summary>
internal sealed class SnapshotTransfer(
    ISnapshotSource store, IPeerTransport transport, CommittedQueue committed, NodeMailbox mailbox, NodeProgress progress, LeadershipState leadership,
    RaftNodeOptions options, ILogger logger)
{
    /// <summary>Sends the snapshot that a message announces. Always ends in a <see cref="NodeCommand.SnapshotSent"/>.</summary>
    /// <remarks>
    /// If the log was truncated without a file, one is made at a newer position. That is correct for the core: it continues from what the
    /// follower acknowledges, and everything after that position is in its log.
    /// </remarks>
    public void Send(Message install) => options.Background.Run(() => _ = SendAsync(install));

    /// <summary>How many were sent and received.</summary>
    public SnapshotCounts Counts { get; } = new();

    /// <summary>Receives a snapshot on a thread of the transport; only a complete, verified and durable one reaches the core.</summary>
    public bool Receive(Message install, Stream body, long length)
    {
        if (!RaftCore.IsValid(install, options.NodeId) || install.Snapshot is not { } snapshot)
        {
            // Not worth its disk space.
            return false;
        }

        if (Unwanted(install) is { } why)
        {
            logger.SnapshotReceived(install.From, snapshot.Index, length, why);
            return false;
        }

        ReceivedSnapshot received = Receive(install.From, snapshot, body, length);
        logger.SnapshotReceived(install.From, snapshot.Index, length, received.Refusal ?? $"complete, {received.Body}");
        if (received.Metadata is not { } verified)
        {
            return false;
        }

        // From here on the file counts, not the announcement: its checksums cover the membership too.
        Counts.CountReceived(received.Body);
        mailbox.PostReceived(Announcing(install, verified));
        return true;
    }

    private ReceivedSnapshot Receive(ulong from, SnapshotMetadata snapshot, Stream body, long length)
    {
        ReceivedSnapshot? received = null;
        Counts.Observer?.OnBegun(from, outgoing: false);
        try
        {
            return received = store.Receive(snapshot, body, length);
        }
        finally
        {
            Counts.Observer?.OnEnded(from, outgoing: false, received?.Metadata is not null);
        }
    }

    /// <summary>Why a snapshot is not worth its disk space: the core would drop its announcement anyway.</summary>
    private string? Unwanted(Message install)
    {
        if (install.Term < progress.Term)
        {
            return $"refused, it is of term {install.Term} and this node in term {progress.Term}";
        }

        return install.Term == progress.Term && leadership.Leader is not 0 and var leader && leader != install.From
            ? $"refused, member {leader:x} leads in term {install.Term}"
            : null;
    }

    /// <summary>True when the file of a snapshot exists.</summary>
    public bool Has(SnapshotMetadata snapshot) => store.Has(snapshot);

    /// <summary>True when a snapshot was received here, complete and verified.</summary>
    public bool IsReceived(SnapshotMetadata snapshot) => store.IsReceived(snapshot);

    /// <summary>Path of an installed snapshot.</summary>
    public string PathOf(SnapshotMetadata snapshot) => store.PathOf(snapshot);

    /// <summary>Deletes old files in the background.</summary>
    /// <param name="newest">The snapshot that the log names; it and all newer ones stay.</param>
    public void Tidy(ulong newest) => options.Background.Run(() =>
    {
        try
        {
            store.DeleteOlder(newest, options.SnapshotsKept - 1);
        }
        catch (IOException e)
        {
            // Not essential; it is tried again after the next snapshot.
            logger.SnapshotTidyFailed(e.Message);
        }
    });

    private async Task SendAsync(Message install)
    {
        try
        {
            if (await BeginAsync(install))
            {
                return;
            }
        }
        catch (Exception e)
        {
            // Any exception: a follower without a reported outcome stays in Snapshot and is sent nothing again.
            logger.SnapshotSendFailed(install.To, install.Snapshot?.Index ?? 0, e);
        }

        mailbox.TryPost(new NodeCommand.SnapshotSent(install.To, Delivered: false));
    }

    /// <summary>Passes the snapshot to the transport, which reports the outcome from then on.</summary>
    /// <returns>False when there is none.</returns>
    private async Task<bool> BeginAsync(Message install)
    {
        string acceptedFormats = transport.Peers.FirstOrDefault(peer => peer.Node == install.To)?.SnapshotFiles ?? "";
        OutgoingSnapshot? outgoing = OpenOrNull(install.Snapshot!, acceptedFormats);
        if (outgoing is null && await MakeAsync(acceptedFormats) is { } made)
        {
            install = Announcing(install, made);
            outgoing = OpenOrNull(made, acceptedFormats);
        }

        if (outgoing is null)
        {
            return false;
        }

        try
        {
            Counts.CountSent(outgoing.Body);
            Counts.Observer?.OnBegun(install.To, outgoing: true);
            logger.SnapshotBegun(install.To, install.Snapshot!.Index, outgoing.Body);
            transport.SendSnapshot(install, outgoing.Container, outgoing.Container.Length);
            return true;
        }
        catch
        {
            Counts.Observer?.OnEnded(install.To, outgoing: true, delivered: false);
            await outgoing.Container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the apply thread for a snapshot of the present state.</summary>
    private Task<SnapshotMetadata?> MakeAsync(string acceptedFormats)
    {
        SnapshotRequest request = new(acceptedFormats);
        return committed.Add(request) ? request.Made : Task.FromResult<SnapshotMetadata?>(null);
    }

    private static Message Announcing(Message install, SnapshotMetadata made) => new()
    {
        Type = install.Type,
        To = install.To,
        From = install.From,
        Term = install.Term,
        Snapshot = made,
    };

    private OutgoingSnapshot? OpenOrNull(SnapshotMetadata snapshot, string acceptedFormats)
    {
        try
        {
            return store.Open(snapshot, acceptedFormats);
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            // Reported to the core as not delivered; it tries again, perhaps with a newer one.
            logger.SnapshotOpenFailed(snapshot.Index, e.Message);
            return null;
        }
    }
}
