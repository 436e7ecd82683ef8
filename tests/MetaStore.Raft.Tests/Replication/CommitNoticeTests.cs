using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Replication;

/// <summary>Commit notices: appends without entries that only move a follower's commit index, and that it answers only when it refuses them.</summary>
public sealed class CommitNoticeTests
{
    [Fact]
    public void Leader_CommitAfterTheEntries_IsSentOneWay()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 1);
        node.Core.Propose(new byte[1]);
        Assert.All(node.Settle(), append => Assert.False(append.OneWay));

        List<Message> sent = node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2);
        Assert.Equal([2UL, 3UL], sent.Select(notice => notice.To));
        Assert.All(sent, notice => Assert.Equal((true, 2UL, 2UL, 0), (notice.OneWay, notice.Index, notice.Commit, notice.Entries.Count)));

        // The second acknowledgement changes nothing that a member has to know.
        Assert.Empty(node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 2));
    }

    [Fact]
    public void Leader_EntriesThatCarryTheCommitIndex_AreAnswered_AndNeedNoNotice()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 1);
        node.Core.Propose(new byte[1]);
        node.Settle();
        node.Core.Step(LoneNode.Make(MessageType.AppendEntriesResponse, 2, 1, index: 2));
        node.Core.Propose(new byte[1]);

        List<Message> sent = node.Settle();
        Assert.Equal(2, sent.Count);
        Assert.All(sent, append => Assert.Equal((false, 2UL, 1), (append.OneWay, append.Commit, append.Entries.Count)));
    }

    [Fact]
    public void Leader_Probe_IsAnswered()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        List<Message> sent = node.Step(MessageType.HeartbeatResponse, 3, 1);
        Assert.False(Assert.Single(sent).OneWay);
    }

    /// <summary>A member that was added has nothing to be sent, and its position must be learned.</summary>
    [Fact]
    public void Leader_ProbeWithoutEntries_IsAnswered()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 1);
        node.Core.ApplyConfChange(new ConfChange([new ConfChangeStep(ConfChangeType.AddLearner, 4)], Joint: false, default));
        Message probe = Assert.Single(node.Settle(), message => message.To == 4);
        Assert.Equal((MessageType.AppendEntries, false, 0), (probe.Type, probe.OneWay, probe.Entries.Count));
    }

    /// <summary>A client of the member waits for it.</summary>
    [Fact]
    public void Leader_NoticeForTheProposer_IsSentFirst()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 1);
        node.Step(new Message { Type = MessageType.Propose, To = 1, From = 3, Term = 1, Entries = [new Entry(0, 0, EntryType.Normal, new byte[1])] });
        node.Readies.Clear();
        node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2);
        Assert.Equal([3UL], node.Readies.SelectMany(ready => ready.Messages).Select(notice => notice.To));
        Assert.Equal([2UL], node.Readies.SelectMany(ready => ready.Notices).Select(notice => notice.To));

        // Once it knows, the next one is not for it.
        node.Core.Propose(new byte[1]);
        node.Settle();
        node.Readies.Clear();
        node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 3);
        Assert.Equal([2UL, 3UL], node.Readies.SelectMany(ready => ready.Notices).Select(notice => notice.To));
    }

    [Fact]
    public void Follower_Notice_IsFollowedWithoutAnAnswer()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.AppendEntries, 2, 1, terms: [1, 1]);
        Assert.Empty(node.Step(Notice(term: 1, index: 2, logTerm: 1, commit: 2)));
        Assert.Equal((2UL, 2UL), (node.Core.Status.Commit, node.Node.Applied));

        // Again, and below the commit index.
        Assert.Empty(node.Step(Notice(term: 1, index: 2, logTerm: 1, commit: 2)));
        Assert.Empty(node.Step(Notice(term: 1, index: 1, logTerm: 1, commit: 1)));
        Assert.Equal(2UL, node.Core.Status.Commit);
    }

    [Fact]
    public void Follower_NoticeBeforeTheDisk_IsNoAcknowledgement()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(LoneNode.Make(MessageType.AppendEntries, 2, 1, terms: [1]));
        node.PumpOnly();
        node.Core.Step(Notice(term: 1, index: 1, logTerm: 1, commit: 1));
        Assert.Empty(node.PumpOnly());
        Assert.Equal(0UL, node.Node.Applied);

        Assert.Equal(1UL, Assert.Single(node.Settle()).Index);
        Assert.Equal(1UL, node.Node.Applied);
    }

    /// <summary>The append before it was lost: only an answer makes the leader send it again before the next heartbeat.</summary>
    [Theory]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    public void Follower_NoticeThatDoesNotMatch_IsRefused_AndCommitsNothing(ulong index, ulong logTerm)
    {
        var node = new LoneNode([1, 2, 3], [1, 1], new HardState(1, 0, 0));
        Message answer = Assert.Single(node.Step(Notice(term: 2, index, logTerm, commit: index)));
        Assert.True(answer.Reject);
        Assert.Equal(0UL, node.Core.Status.Commit);
    }

    [Fact]
    public void Follower_NoticeOfAnOldTerm_IsAnsweredWithTheNewOne()
    {
        var node = new LoneNode([1, 2, 3], [1], new HardState(5, 0, 0));
        Message answer = Assert.Single(node.Step(Notice(term: 1, index: 1, logTerm: 1, commit: 1)));
        Assert.Equal((5UL, 0UL), (answer.Term, node.Core.Status.Commit));
    }

    [Fact]
    public void Follower_EntriesSentOneWay_AreAcknowledged()
    {
        var node = new LoneNode([1, 2, 3]);
        Message answer = Assert.Single(node.Step(new Message
        {
            Type = MessageType.AppendEntries, To = 1, From = 2, Term = 1, OneWay = true, Entries = [new Entry(1, 1, EntryType.Normal, new byte[1])],
        }));
        Assert.Equal(1UL, answer.Index);
    }

    /// <summary>A member of an earlier version answers each notice.</summary>
    [Fact]
    public void Leader_AnsweredNotice_ChangesNothing()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        Assert.Empty(node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 1));
        Assert.Equal(1UL, node.Core.Status.Commit);
    }

    /// <summary>The next heartbeat brings the commit index.</summary>
    [Fact]
    public void Leader_LostNotice_IsRepairedByTheNextHeartbeat()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.Tick();
        Message heartbeat = Assert.Single(node.Settle(), message => message is { Type: MessageType.Heartbeat, To: 2 });
        Assert.Equal(1UL, heartbeat.Commit);
    }

    private static Message Notice(ulong term, ulong index, ulong logTerm, ulong commit) =>
        new() { Type = MessageType.AppendEntries, To = 1, From = 2, Term = term, Index = index, LogTerm = logTerm, Commit = commit, OneWay = true };
}
