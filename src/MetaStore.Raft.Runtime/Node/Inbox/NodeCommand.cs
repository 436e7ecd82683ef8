using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>A rare request to the raft thread.</summary>
internal abstract record NodeCommand
{
    /// <summary>Propose a membership change and report the outcome.</summary>
    /// <param name="Change">The change.</param>
    /// <param name="InTerm">Only while this node leads in that term; 0 = in any term, and through the leader when it does not lead.</param>
    /// <param name="Outcome">Completed by the raft thread.</param>
    public sealed record ChangeMembership(ConfChange Change, ulong InTerm, TaskCompletionSource<ProposeOutcome> Outcome) : NodeCommand;

    /// <summary>Transfer leadership.</summary>
    public sealed record Transfer(ulong To) : NodeCommand;

    /// <summary>Start an election now.</summary>
    public sealed record Campaign : NodeCommand;

    /// <summary>The host has written a snapshot.</summary>
    public sealed record SnapshotTaken(SnapshotMetadata Snapshot) : NodeCommand;

    /// <summary>Sending a snapshot ended.</summary>
    public sealed record SnapshotSent(ulong Node, bool Delivered) : NodeCommand;

    /// <summary>Entries were read from the log's files; none when that has to be tried again, or when they were compacted.</summary>
    public sealed record EntriesLoaded(List<Entry> Entries) : NodeCommand;

    /// <summary>A message to a peer was dropped.</summary>
    public sealed record Unreachable(ulong Node) : NodeCommand;
}
