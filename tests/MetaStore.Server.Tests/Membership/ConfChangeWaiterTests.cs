using MetaStore.Engines.Memory;
using MetaStore.Raft.Messages;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Forwarding;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Membership;

public sealed class ConfChangeWaiterTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly SelfRemoval _removal;
    private readonly ConfChangeWaiter _changes;

    public ConfChangeWaiterTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _removal = new SelfRemoval(TimeSpan.Zero, new FakeTimeProvider(), new ServerLog(NullLogger.Instance));
        _changes = new ConfChangeWaiter(1, _machine.Members, _removal);
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Change_ThatIsPublished_EndsTheWaitForIt_AndForNoOther()
    {
        using ConfChangeWaiter.Expectation mine = _changes.Expect(Change(1));
        using ConfChangeWaiter.Expectation other = _changes.Expect(Change(2));
        Task<bool> waiting = mine.WaitAsync(Limit);
        _changes.OnPublished([Change(7), Change(1)]);
        Assert.True(await waiting);
        Assert.False(await other.WaitAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task Change_PublishedBeforeTheWait_IsNotMissed()
    {
        using ConfChangeWaiter.Expectation mine = _changes.Expect(Change(1));
        _changes.OnPublished([Change(1)]);
        Assert.True(await mine.WaitAsync(Limit));
    }

    [Fact]
    public async Task Wait_ThatWasDisposed_IsOver_AndTheSameChangeCanBeExpectedAnew()
    {
        _changes.Expect(Change(1)).Dispose();
        _changes.OnPublished([Change(1)]);
        using ConfChangeWaiter.Expectation again = _changes.Expect(Change(1));
        Assert.False(await again.WaitAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task OwnRemoval_EndsTheMember_AlsoWhenASnapshotBroughtIt()
    {
        _machine.Know(new MemberRecord { Id = 1 });
        _changes.OnPublished([]);
        Assert.False(_removal.Stop.IsCompleted);

        Assert.True(_machine.BeginEntry(_machine.AppliedIndex + 1, term: 1));
        _machine.RemoveMember(1);
        _machine.EndEntry();
        _changes.OnPublished([]);
        await _removal.Stop.WaitAsync(Limit);
    }

    private static ConfChange Change(byte context) => new([new ConfChangeStep(ConfChangeType.AddVoter, context)], Joint: false, new byte[] { context });
}
