using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>One burst of inputs, by kind. Two are used in turn: one is filled while the raft thread processes the other.</summary>
internal sealed class NodeInbox
{
    public List<WalAppend> Durable { get; } = [];

    public List<Message> Messages { get; } = [];

    /// <summary>Announcements of snapshots that were received completely, verified and made durable. The core sees no others.</summary>
    public List<Message> Snapshots { get; } = [];

    public List<Proposal> Proposals { get; } = [];

    public List<NodeCommand> Commands { get; } = [];

    public long MessageBytes { get; set; }

    /// <summary><see cref="MessageBytes"/> by sender.</summary>
    public Dictionary<ulong, long> MessageBytesOf { get; } = [];

    public long ProposalBytes { get; set; }

    /// <summary>True when the raft thread has something to do that is no input: readers wait for a round, or entries that were held back may be handed out.</summary>
    public bool IsWoken { get; set; }

    public bool IsEmpty =>
        Durable.Count == 0 && Messages.Count == 0 && Snapshots.Count == 0 && Proposals.Count == 0 && Commands.Count == 0 && !IsWoken;

    public void Clear()
    {
        Durable.Clear();
        Messages.Clear();
        Snapshots.Clear();
        Proposals.Clear();
        Commands.Clear();
        MessageBytes = 0;
        MessageBytesOf.Clear();
        ProposalBytes = 0;
        IsWoken = false;
    }
}
