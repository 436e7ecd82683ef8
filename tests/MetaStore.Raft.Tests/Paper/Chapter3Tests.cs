using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Paper;

/// <summary>Tests for statements of the thesis, chapter 3 (the basic algorithm), in the order of its sections.</summary>
public sealed class Chapter3Tests
{
    // §3.3: a server with a stale term updates it; a stale candidate or leader becomes follower at once.
    [Theory]
    [InlineData(Role.Follower)]
    [InlineData(Role.Candidate)]
    [InlineData(Role.Leader)]
    public void S33_AnyRole_HigherTermSeen_FollowsInThatTerm(Role role)
    {
        LoneNode node = InRole(role);
        node.Step(MessageType.AppendEntries, 2, term: 7);
        Assert.Equal((Role.Follower, 7UL, 2UL), (node.Core.Status.Role, node.Core.Status.Term, node.Core.Status.Leader));
    }

    // §3.4: leaders send periodic heartbeats to maintain their authority.
    [Fact]
    public void S34_Leader_EachHeartbeatInterval_SendsToAll()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.Tick();
        Assert.Equal([2UL, 3UL], node.Settle().Where(message => message.Type == MessageType.Heartbeat).Select(message => message.To));
    }

    // §3.4: a follower that receives nothing for the election timeout starts an election; votes are given first-come-first-served.
    [Fact]
    public void S34_Follower_SilenceOverElectionTimeout_Campaigns()
    {
        var node = new LoneNode([1, 2, 3]);
        for (int i = 0; i < 9; i++)
        {
            node.Core.Tick();
        }

        Assert.Equal(Role.Follower, node.Core.Status.Role);
        node.Core.Tick();
        Assert.Equal(Role.PreCandidate, node.Core.Status.Role);
    }

    // §3.4: a candidate that receives a message from a leader of its own term recognizes it.
    [Fact]
    public void S34_Candidate_LeaderOfSameTerm_IsRecognised()
    {
        LoneNode node = InRole(Role.Candidate);
        node.Step(MessageType.AppendEntries, 2, term: node.Core.Status.Term);
        Assert.Equal(Role.Follower, node.Core.Status.Role);
    }

    // §3.5: the leader sends the entry in parallel and applies it once it is safely replicated; followers learn of the commit.
    [Fact]
    public void S35_Leader_EntryOnMajority_IsCommittedAndAnnounced()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 1);
        node.Core.Propose("x"u8.ToArray());
        Assert.Equal(2, node.PumpOnly().Count(message => message.Entries.Count == 1));
        node.Settle();
        List<Message> sent = node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2);
        Assert.Equal(2UL, node.Node.Applied);
        Assert.Contains(sent, message => message is { To: 2, Commit: 2 });
    }

    // §3.5: committing an entry commits everything before it, entries of other leaders too.
    [Fact]
    public void S35_Leader_CommitsOwnEntry_CommitsAllBefore()
    {
        LoneNode node = new LoneNode([1, 2, 3], [1, 1, 2], new HardState(2, 0, 0)).Lead(commitNoop: false);
        node.Step(MessageType.AppendEntriesResponse, 2, 3, index: 4);
        Assert.Equal(4UL, node.Node.Applied);
    }

    // Fig. 3.6: whatever a follower's log contains, it is made equal to the leader's.
    [Theory]
    [InlineData("111445566")] // (a) entries missing
    [InlineData("1114")] // (b) many missing
    [InlineData("11144556666")] // (c) one too many
    [InlineData("111445566677")] // (d) entries of a later term
    [InlineData("1114444")] // (e) both missing and extra
    [InlineData("11122233333")] // (f) all wrong since term 2
    public void Fig36_FollowerLog_BecomesTheLeaders(string follower)
    {
        ulong[] leaderTerms = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
        var leader = new LoneNode([1, 2, 3], leaderTerms, new HardState(7, 0, 0)).Lead(commitNoop: false);
        var other = new LoneNode([1, 2, 3], [.. follower.Select(term => (ulong)(term - '0'))], new HardState(7, 0, 0));
        List<Message> sent = leader.Step(MessageType.HeartbeatResponse, 3, 8);
        for (int round = 0; round < 20 && sent.Count > 0; round++)
        {
            sent.Where(message => message.To == 3).ToList().ForEach(message => other.Core.Step(Swap(message, 1, 2)));
            List<Message> answers = other.Settle();
            answers.ForEach(message => leader.Core.Step(Swap(message, 1, 3)));
            sent = leader.Settle();
        }

        ulong[] wanted = [.. leaderTerms, 8];
        Assert.Equal((ulong)wanted.Length, other.Node.Disk.LastIndex);
        Assert.All(wanted.Index(), pair => Assert.True(other.Node.Disk.Holds((ulong)pair.Index + 1, pair.Item)));
    }

    // §3.6.2, Fig. 3.7: entries of previous terms are never committed by counting replicas.
    [Fact]
    public void S362_OldTermEntryOnMajority_IsNotCommitted()
    {
        LoneNode node = new LoneNode([1, 2, 3], [1, 2], new HardState(2, 0, 0)).Lead(commitNoop: false);
        node.Step(MessageType.AppendEntriesResponse, 2, 3, index: 2);
        node.Step(MessageType.AppendEntriesResponse, 3, 3, index: 2);
        Assert.Equal(0UL, node.Core.Status.Commit);
    }

    // §3.8: term and vote are durable before a message that depends on them is sent.
    [Fact]
    public void S38_Vote_SurvivesCrash()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.RequestVote, 3, term: 4);
        node.Node.Crash(durableWrites: 0);
        Assert.Equal((4UL, 3UL), (node.Core.Status.Term, node.Core.Status.Vote));
    }

    private static LoneNode InRole(Role role)
    {
        var node = new LoneNode([1, 2, 3]);
        if (role == Role.Leader)
        {
            node.Lead();
        }
        else if (role == Role.Candidate)
        {
            node.Core.Campaign();
            node.Settle();
            node.Step(MessageType.PreVoteResponse, 2, 1);
        }

        return node;
    }

    private static Message Swap(Message message, ulong to, ulong from) => new()
    {
        Type = message.Type,
        To = to,
        From = from,
        Term = message.Term,
        LogTerm = message.LogTerm,
        Index = message.Index,
        Commit = message.Commit,
        Entries = message.Entries,
        Reject = message.Reject,
        RejectHint = message.RejectHint,
    };
}
