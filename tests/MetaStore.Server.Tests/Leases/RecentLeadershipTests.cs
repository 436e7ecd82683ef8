using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Server.Apply;
using MetaStore.Server.Leases;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Leases;

/// <summary>A renewal asks the quorum, unless the same leader asked it a moment ago, has named no successor since and has applied all that is committed.</summary>
/// <remarks>Three voters: without a heartbeat answered by another one a question to the quorum stays open.</remarks>
public sealed class RecentLeadershipTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ValidFor = RecentLeadership.ValidFor(TimeSpan.FromMilliseconds(100));

    private readonly FakeTimeProvider _time = new();
    private readonly CompletionBatchPool _released = new(BackgroundWork.ThreadPool);
    private readonly SteppedNode _node;
    private readonly AppliedIndexWaiter _applied;
    private readonly RecentLeadership _recent;

    public RecentLeadershipTests()
    {
        _node = new SteppedNode(_time, 1, 2, 3);
        _applied = new AppliedIndexWaiter(_time);
        var reads = new ReadDispatcher(_node.Node, _applied, TimeSpan.FromSeconds(7), _time);
        _recent = new RecentLeadership(_node.Node, reads, _applied, ValidFor, TimeSpan.FromSeconds(7), _time);
        _node.Lead(2);
        Acknowledge();
        _node.Report();
        Apply();
    }

    private ulong Term => _node.Node.Leadership.LeadingTerm;

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task First_AsksTheQuorum()
    {
        Task<ServerError> asking = Ask();
        Assert.False(asking.IsCompleted);
        AnswerRound();
        Assert.Equal(ServerError.None, await asking.WaitAsync(Limit));
    }

    [Fact]
    public async Task AgainSoon_IsAnsweredAtOnce()
    {
        await ConfirmAsync();
        _time.Advance(ValidFor - TimeSpan.FromTicks(1));
        Assert.Equal(ServerError.None, await Ask().WaitAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task AgainLater_AsksTheQuorum()
    {
        await ConfirmAsync();
        _time.Advance(ValidFor);
        Assert.False(Ask().IsCompleted);
    }

    /// <summary>The time counts from before the question: the quorum may have answered long before the answer was read.</summary>
    [Fact]
    public async Task ConfirmationThatTookLong_IsNotRelied()
    {
        Task<ServerError> asking = Ask();
        _time.Advance(ValidFor);
        AnswerRound();
        Assert.Equal(ServerError.None, await asking.WaitAsync(Limit));
        Assert.False(Ask().IsCompleted);
    }

    [Fact]
    public async Task OtherTerm_AsksTheQuorum()
    {
        await ConfirmAsync();
        Assert.False(Ask(Term + 1).IsCompleted);
    }

    [Fact]
    public async Task SteppedDown_AsksTheQuorum()
    {
        await ConfirmAsync();
        ulong term = Term;
        _node.Hear(new Message { Type = MessageType.Heartbeat, From = 3, To = SteppedNode.Self, Term = term + 1 });
        Assert.Equal(0ul, Term);
        Assert.False(Ask(term).IsCompleted);
    }

    /// <summary>Members vote for a successor that the leader has named although they have just heard of the leader.</summary>
    [Fact]
    public async Task SuccessorNamed_AsksTheQuorum_UntilTheTermEnds()
    {
        await ConfirmAsync();
        _node.Node.TransferLeader(2);
        _node.Run();
        Assert.Contains(_node.Peers.Sent, message => message.Type == MessageType.TimeoutNow);
        Assert.False(Ask().IsCompleted);
    }

    [Fact]
    public async Task CommittedAndNotApplied_Waits()
    {
        await ConfirmAsync();
        Assert.True(_node.Node.TryPropose(new OneProposal()));
        _node.Run();
        Acknowledge();
        Task<ServerError> asking = Ask();
        Assert.False(asking.IsCompleted);
        Apply();
        Assert.Equal(ServerError.None, await asking.WaitAsync(Limit));
    }

    private Task<ServerError> Ask() => Ask(Term);

    private Task<ServerError> Ask(ulong term)
    {
        Task<ServerError> asking = _recent.ConfirmAsync(term).AsTask();
        _node.Run();
        return asking;
    }

    private async Task ConfirmAsync()
    {
        Task<ServerError> asking = Ask();
        AnswerRound();
        Assert.Equal(ServerError.None, await asking.WaitAsync(Limit));
    }

    /// <summary>Member 2 answers the newest heartbeat.</summary>
    private void AnswerRound() => _node.Hear(new Message
    {
        Type = MessageType.HeartbeatResponse,
        From = 2,
        To = SteppedNode.Self,
        Term = Term,
        Context = _node.Peers.Sent.Last(message => message.Type == MessageType.Heartbeat).Context,
    });

    /// <summary>Member 2 has the whole log.</summary>
    private void Acknowledge() => _node.Hear(new Message
    {
        Type = MessageType.AppendEntriesResponse,
        From = 2,
        To = SteppedNode.Self,
        Term = Term,
        Index = _node.Node.Progress.LastIndex,
    });

    private void Apply()
    {
        _applied.Advance(_node.Node.Progress.Committed, _released);
        _released.Dispatch();
    }

    private sealed class OneProposal : Proposal
    {
        public override ReadOnlyMemory<byte> Data { get; } = new byte[] { 1 };

        public override void OnProposed(ulong term, ProposeOutcome outcome) => Assert.Equal(ProposeOutcome.Appended, outcome);
    }
}
