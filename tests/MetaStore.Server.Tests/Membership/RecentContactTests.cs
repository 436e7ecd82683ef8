using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Server.Membership;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Membership;

/// <summary>A leader that stops transfers to a member that answers; the wait is no longer than an answer takes.</summary>
public sealed class RecentContactTests : IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly SteppedNode _node;
    private readonly RecentContact _contact;

    public RecentContactTests()
    {
        _node = new SteppedNode(_time, 1, 2, 3);
        _contact = new RecentContact(_node.Node, Heartbeat, _time);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Successor_IsTheActiveVoterWithTheLongestLog()
    {
        _node.Lead(2);
        ulong last = _node.Node.Progress.LastIndex;
        Acknowledge(3, last);
        Acknowledge(2, last - 1);
        Tick();
        FollowerStatus? successor = await _contact.SuccessorAsync().WaitAsync(Limit);
        Assert.Equal((3ul, last), (successor!.NodeId, successor.Match));
        Assert.True(_contact.IsActive(2) && _contact.IsActive(3));
        Assert.False(_contact.IsActive(9));
    }

    [Fact]
    public async Task OnlyMember_HasNoSuccessor_AndWaitsForNone()
    {
        using SteppedNode single = new(_time, 1);
        single.Lead();
        Assert.Null(await new RecentContact(single.Node, Heartbeat, _time).SuccessorAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Wait_EndsWithTheCondition_OrAfterThreeHeartbeats()
    {
        bool isHeard = false;
        Task waiting = _contact.WaitAsync(() => isHeard);
        Assert.False(waiting.IsCompleted);
        isHeard = true;
        _time.Advance(Heartbeat / 10);
        await waiting.WaitAsync(Limit);

        Task never = _contact.WaitAsync(() => false);
        int steps = 0;
        await Eventually.TrueAsync(
            () =>
            {
                if (_time.ArmedTimers > 0)
                {
                    _time.Advance(Heartbeat / 10);
                    steps++;
                }

                return never.IsCompleted;
            }, Limit, () => $"it still waits after {steps} steps");
        Assert.Equal(30, steps);
    }

    private void Acknowledge(ulong voter, ulong index) =>
        _node.Hear(new Message { Type = MessageType.AppendEntriesResponse, From = voter, To = SteppedNode.Self, Term = _node.Node.Progress.Term, Index = index });

    /// <summary>The status that other threads see is read at a tick.</summary>
    private void Tick()
    {
        _time.Advance(Heartbeat);
        _node.Run();
    }
}
