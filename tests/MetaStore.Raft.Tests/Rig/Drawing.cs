using System.Globalization;
using System.Text;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Rig;

/// <summary>Formats nodes, messages and events as short lines, for readers and for comparison with files.</summary>
internal static class Drawing
{
    /// <summary>One node: role, term, vote, leader, its log with a bar after the durable part, commit and applied, followers.</summary>
    public static string Node(SimNode node)
    {
        RaftStatus status = node.Core.Status;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{node.Id} {status.Role,-12} term={status.Term} vote={status.Vote} lead={status.Leader} ");
        text.Append(CultureInfo.InvariantCulture, $"log={Log(node.Volatile, status.PersistedIndex)} commit={status.Commit} applied={status.Applied}");
        text.Append(CultureInfo.InvariantCulture, $" {Members(status.ConfState)}");
        foreach (FollowerStatus follower in status.Followers.Where(follower => follower.NodeId != node.Id))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    -> {follower.NodeId} {follower.State,-9} match={follower.Match} next={follower.Next}");
            text.Append(follower.InflightMessages > 0 ? $" inflight={follower.InflightMessages}" : string.Empty);
            text.Append(follower.PendingSnapshot > 0 ? $" snapshot={follower.PendingSnapshot}" : string.Empty);
            text.Append(follower.IsLearner ? " learner" : string.Empty);
        }

        return text.ToString();
    }

    /// <summary>A log as terms: the snapshot, then one term per entry; a bar follows the last durable entry.</summary>
    public static string Log(SimDisk log, ulong persisted)
    {
        var text = new StringBuilder("[");
        text.Append(log.Base.Index > 0 ? $"..{log.Base.Index}@{log.Base.Term}" : string.Empty);
        for (ulong index = log.FirstIndex; index <= log.LastIndex; index++)
        {
            text.Append(index == persisted + 1 ? "|" : " ");
            log.TryGetTerm(index, out ulong term);
            text.Append(term);
        }

        return text.Append(" ]").ToString();
    }

    public static string Members(ConfState state)
    {
        string text = $"voters=({string.Join(' ', state.Voters)})";
        text += state.IsJoint ? $"&&({string.Join(' ', state.VotersOutgoing)})" : string.Empty;
        text += state.Learners.Length > 0 ? $" learners=({string.Join(' ', state.Learners)})" : string.Empty;
        text += state.LearnersNext.Length > 0 ? $" learners-next=({string.Join(' ', state.LearnersNext)})" : string.Empty;
        return text;
    }

    public static string Message(Message message)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{message.From}->{message.To} {message.Type} term={message.Term}");
        if (message.Index != 0 || message.LogTerm != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" at={message.Index}@{message.LogTerm}");
        }

        text.Append(message.Commit != 0 ? $" commit={message.Commit}" : string.Empty);
        text.Append(message.OneWay ? " one-way" : string.Empty);
        text.Append(message.Reject ? $" REJECT hint={message.RejectHint}" : string.Empty);
        text.Append(message.Context != 0 ? $" context={Context(message)}" : string.Empty);
        text.Append(message.Snapshot is { } snapshot ? $" snapshot={snapshot.Index}@{snapshot.Term}" : string.Empty);
        foreach (Entry entry in message.Entries)
        {
            text.Append(' ').Append(Entry(entry));
        }

        return text.ToString();
    }

    public static string Entry(Entry entry)
    {
        string data = entry.Type == EntryType.ConfChange ? ConfChange(entry.Data) : Encoding.UTF8.GetString(entry.Data.Span);
        return $"{entry.Index}@{entry.Term}\"{data}\"";
    }

    public static string Event(RaftEvent happened) =>
        $"{happened.Kind} term={happened.Term}"
        + (happened.Node != 0 ? $" node={happened.Node}" : string.Empty)
        + (happened.Value != 0 ? $" value={Value(happened)}" : string.Empty);

    private static string Value(RaftEvent happened) =>
        happened.Kind == RaftEventKind.MessageDropped ? $"{(MessageType)happened.Value}" : $"{happened.Value}";

    // Read rounds start at term << 24; the number within the term is more readable.
    private static string Context(Message message) =>
        message.Type is MessageType.Heartbeat or MessageType.HeartbeatResponse
            ? $"round-{message.Context & 0xFFFFFF}"
            : $"{message.Context}";

    private static string ConfChange(ReadOnlyMemory<byte> data)
    {
        Assert.True(ConfChangeCodec.TryDecode(data, out ConfChange? change));
        return change.Steps.Length == 0 ? "leave joint" : string.Join(' ', change.Steps.Select(step => $"{step.Type}:{step.NodeId}"));
    }
}
