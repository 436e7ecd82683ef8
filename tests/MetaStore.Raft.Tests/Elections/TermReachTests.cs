using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Elections;

/// <summary>A term in a message is not verified and terms never decrease: how far a message may raise it.</summary>
public sealed class TermReachTests
{
    private const ulong Highest = (1UL << 62) - 1;
    private const int ElectionTicks = 10;

    public static TheoryData<MessageType> Types => [.. Enum.GetValues<MessageType>().Where(type => type != MessageType.None)];

    [Theory]
    [MemberData(nameof(Types))]
    public void HighestTerm_InAMessageOfAnyType_IsRefused(MessageType type)
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 2], new HardState(2, 0, 3));

        node.Step(Of(type, Highest));

        Assert.Equal(2ul, node.Core.Term);
        Assert.Equal(0ul, node.Core.Status.Leader);
        Assert.Contains(node.Events, seen => seen is { Kind: RaftEventKind.TermRefused, Node: 2, Value: Highest });
        Assert.All(node.Readies, ready => Assert.Null(ready.HardState));
    }

    [Theory]
    [InlineData(TermReach.Step, true)]
    [InlineData(TermReach.Step + 1, false)]
    public void Term_WithinAStep_IsTaken(ulong rise, bool taken)
    {
        var node = new LoneNode([1, 2, 3], [1], new HardState(7, 0, 1));

        node.Step(Of(MessageType.Heartbeat, 7 + rise));

        Assert.Equal(taken ? 7 + rise : 7, node.Core.Term);
    }

    [Fact]
    public void Term_RaisedAsFarAsItGoes_LeavesTheOthersNextCampaignsInReach()
    {
        var node = new LoneNode([1, 2, 3], [1], new HardState(7, 0, 1));
        node.Step(Of(MessageType.Heartbeat, 7 + TermReach.Step));
        for (int campaign = 1; campaign <= 50; campaign++)
        {
            ulong next = node.Core.Term + 1;

            node.Step(Of(MessageType.RequestVote, next, context: Campaign.ForcedByTransfer));

            Assert.Equal(next, node.Core.Term);
        }
    }

    [Fact]
    public void TermsInSteps_WithinOneElectionTimeout_EndAtTheFirst()
    {
        var node = new LoneNode([1, 2, 3], [1], new HardState(7, 0, 1));

        for (int i = 0; i < 1000; i++)
        {
            node.Step(Of(MessageType.Heartbeat, node.Core.Term + 1000 + (ulong)i));
        }

        Assert.InRange(node.Core.Term, 8ul, 7 + TermReach.Step);
    }

    [Fact]
    public void FarTerm_InABurst_ChangesNothingLater()
    {
        var node = new LoneNode([1, 2, 3], [1], new HardState(7, 0, 1)).Lead();
        ulong term = node.Core.Term;
        for (int i = 0; i < 1000; i++)
        {
            node.Step(Of(MessageType.AppendEntriesResponse, Highest));
        }

        for (int i = 0; i < 10 * ElectionTicks; i++)
        {
            node.Core.Tick();
            node.Step(MessageType.HeartbeatResponse, 2, term);
        }

        Assert.Equal((Role.Leader, term), (node.Core.Status.Role, node.Core.Term));
    }

    [Fact]
    public void FarTerm_SaidAgainInEachElectionTimeout_IsReachedStepByStep()
    {
        var node = new LoneNode([1, 2, 3], [1], new HardState(7, 0, 1)).Lead();
        ulong far = 7 + (5 * TermReach.Step);
        int timeouts = 0;
        while (node.Core.Term < far)
        {
            Assert.True(++timeouts <= TermReach.RefusalsMax + 6, $"term {node.Core.Term} after {timeouts} election timeouts");
            for (int i = 0; i < ElectionTicks; i++)
            {
                node.Core.Tick();
                node.Step(Of(MessageType.AppendEntriesResponse, far));
            }
        }

        Assert.Equal(far, node.Core.Term);
    }

    private static Message Of(MessageType type, ulong term, ulong context = 0) => new()
    {
        Type = type,
        To = 1,
        From = 2,
        Term = term,
        Context = context,
        Reject = type is MessageType.PreVoteResponse,
        Entries = type == MessageType.Propose ? [new Entry(0, 0, EntryType.Normal, new byte[1])] : [],
        Snapshot = type == MessageType.InstallSnapshot ? new SnapshotMetadata(9, 2, ConfState.Of(1, 2, 3)) : null,
    };
}
