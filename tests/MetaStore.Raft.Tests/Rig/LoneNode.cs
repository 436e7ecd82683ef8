using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Rig;

/// <summary>One node; the test acts as its peers.</summary>
internal sealed class LoneNode
{
    public LoneNode(ulong[] voters, ulong[]? logTerms = null, HardState hardState = default, int quietTicks = 0)
    {
        Node = new SimNode(1, node => Configure(node, quietTicks), SnapshotMetadata.Empty with { ConfState = ConfState.Of(voters) })
        {
            OnSend = (_, message) => Sent.Add(message),
            OnReady = (_, ready) => Readies.Add(ready),
        };
        ulong index = 0;
        Node.Disk.Write(new Ready
        {
            Entries = [.. (logTerms ?? []).Select(term => new Entry(term, ++index, EntryType.Normal, default))],
            HardState = hardState,
        });
        Node.Start();
    }

    public SimNode Node { get; }

    public RaftCore Core => Node.Core;

    public List<Message> Sent { get; } = [];

    public List<Ready> Readies { get; } = [];

    public IEnumerable<RaftEvent> Events => Readies.SelectMany(ready => ready.Events);

    /// <summary>Processes everything, including disk writes, and returns the messages sent since the last call.</summary>
    public List<Message> Settle()
    {
        Node.Pump();
        while (Node.CompleteWrite())
        {
            Node.Pump();
        }

        return TakeSent();
    }

    /// <summary>Processes everything except disk writes.</summary>
    public List<Message> PumpOnly()
    {
        Node.Pump();
        return TakeSent();
    }

    public List<Message> Step(Message message)
    {
        Core.Step(message);
        return Settle();
    }

    public List<Message> Step(MessageType type, ulong from, ulong term, ulong index = 0, ulong logTerm = 0, ulong commit = 0, ulong context = 0, bool reject = false, ulong hint = 0, ulong[]? terms = null)
    {
        Core.Step(Make(type, from, term, index, logTerm, commit, context, reject, hint, terms));
        return Settle();
    }

    public static Message Make(MessageType type, ulong from, ulong term, ulong index = 0, ulong logTerm = 0, ulong commit = 0, ulong context = 0, bool reject = false, ulong hint = 0, ulong[]? terms = null)
    {
        ulong next = index;
        return new Message
        {
            Type = type,
            To = 1,
            From = from,
            Term = term,
            Index = index,
            LogTerm = logTerm,
            Commit = commit,
            Context = context,
            Reject = reject,
            RejectHint = hint,
            Entries = [.. (terms ?? []).Select(of => new Entry(of, ++next, EntryType.Normal, default))],
        };
    }

    /// <summary>Elects this node with the vote of node 2.</summary>
    public LoneNode Lead(bool commitNoop = true)
    {
        Core.Campaign();
        Settle();
        Step(MessageType.PreVoteResponse, 2, Core.Status.Term + 1);
        Step(MessageType.RequestVoteResponse, 2, Core.Status.Term);
        Assert.Equal(Role.Leader, Core.Status.Role);
        if (commitNoop)
        {
            Step(MessageType.AppendEntriesResponse, 2, Core.Status.Term, index: Core.Status.LastIndex);
            Assert.True(Core.Status.CommittedInTerm);
        }

        return this;
    }

    private static RaftConfig Configure(SimNode node, int quietTicks) => new()
    {
        NodeId = node.Id,
        Jitter = _ => 0,
        QuietTicks = quietTicks,
        MaxInflightMessages = 4,
        MaxUncommittedBytes = 1000,
    };

    private List<Message> TakeSent()
    {
        List<Message> sent = [.. Sent];
        Sent.Clear();
        return sent;
    }
}
