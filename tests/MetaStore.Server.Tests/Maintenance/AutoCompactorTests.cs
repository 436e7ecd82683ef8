using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Maintenance;

public sealed class AutoCompactorTests
{
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly List<long> _asked = [];
    private readonly AutoCompactor _compactor;
    private readonly RevisionRetention _rule = new(1000);
    private ErrorCode _answer = ErrorCode.None;
    private long _revision = 1500;

    public AutoCompactorTests()
    {
        _compactor = new AutoCompactor(
            _rule, () => _revision, _leadership, CompactAsync, new ServerLog(NullLogger.Instance), TimeProvider.System);
        _rule.Observe(_revision, TimeSpan.Zero);
    }

    [Fact]
    public async Task Turn_OnAFollower_CompactsNothing_OnTheLeaderItDoes()
    {
        await TurnsAsync(2);
        Assert.Empty(_asked);
        _leadership.Set(new SoftState(1, Role.Leader), 3);
        await TurnsAsync(3);
        Assert.Equal([500L], _asked);
        _revision = 1700;
        await TurnsAsync(3);
        Assert.Equal([500L, 700L], _asked);
    }

    [Fact]
    public async Task Turn_ARefusedCompaction_IsTriedAgain_OneThatWasDoneAlreadyIsNot()
    {
        _leadership.Set(new SoftState(1, Role.Leader), 3);
        _answer = ErrorCode.Corrupt;
        await TurnsAsync(2);
        Assert.Equal([500L, 500L], _asked);
        _answer = ErrorCode.Compacted;
        await TurnsAsync(3);
        Assert.Equal([500L, 500L, 500L], _asked);
    }

    private async Task TurnsAsync(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            await _compactor.TurnAsync(TimeSpan.FromMinutes(5 * i));
        }
    }

    private Task<ProposalOutcome> CompactAsync(long revision)
    {
        _asked.Add(revision);
        return Task.FromResult(new ProposalOutcome(ServerError.None, new CommandResult { Error = _answer }));
    }
}
