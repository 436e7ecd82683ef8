using MetaStore.Engines.Memory;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Server.Auth;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Users are not added, and auth is not enabled, before every member has announced that it reads the commands of users and roles.</summary>
public sealed class UsersCapabilityTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly Dictionary<ulong, bool?> _announced = [];

    public UsersCapabilityTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 1, Name = "n1" } });
        Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 2, Name = "n2" } });
        Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 3, IsLearner = true } });
    }

    private AuthState State => _machine.Reader.Auth;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task AllKnow_NothingIsInTheWay()
    {
        (_announced[2], _announced[3]) = (true, true);
        Assert.Null(await ObstacleAsync(isEnable: false));
        Assert.Null(await ObstacleAsync(isEnable: true));
    }

    [Fact]
    public async Task OneOfAnOlderRelease_IsNamed_EvenALearner()
    {
        (_announced[2], _announced[3]) = (false, null);
        Assert.Equal("etcdserver: not capable: member n2 (2) runs a release without users and roles; upgrade it first", await ObstacleAsync(isEnable: false));
        (_announced[2], _announced[3]) = (true, false);
        Assert.Equal("etcdserver: not capable: member 3 runs a release without users and roles; upgrade it first", await ObstacleAsync(isEnable: false));
    }

    [Fact]
    public async Task OneNotReachedYet_IsWaitedFor_ThenNamed()
    {
        _announced[3] = true;
        string? refused = await ObstacleAsync(isEnable: false, patience: TimeSpan.Zero);
        Assert.StartsWith("etcdserver: not capable: member n2 (2) was not reached since this member started", refused, StringComparison.Ordinal);
        Task<string?> reached = ObstacleAsync(isEnable: false, Limit);
        lock (_announced)
        {
            _announced[2] = true;
        }

        Assert.Null(await reached);
    }

    [Fact]
    public async Task WithUsersInTheState_OnlyEnablingAsksAgain()
    {
        Apply(new UserPutCommand { Name = "root", Hash = "h" });
        Apply(new UserGrantCommand { User = "root", Role = "root" });
        (_announced[2], _announced[3]) = (false, true);
        Assert.Null(await ObstacleAsync(isEnable: false));
        Assert.NotNull(await ObstacleAsync(isEnable: true));
        Apply(default(AuthEnableCommand));
        Assert.Null(await ObstacleAsync(isEnable: true));
    }

    private void Apply<TCommand>(TCommand command)
        where TCommand : ICommand
    {
        Assert.True(_machine.BeginEntry(_machine.AppliedIndex + 1, 1));
        Assert.Equal(ErrorCode.None, _machine.Apply(CommandFormat.Encode(command)).Error);
        _machine.EndEntry();
        _machine.Publish();
    }

    private async Task<string?> ObstacleAsync(bool isEnable, TimeSpan? patience = null) =>
        await new UsersCapability(1, _machine.Members, Peers, patience ?? Limit, TimeProvider.System).ObstacleAsync(State, isEnable, CancellationToken.None);

    private IReadOnlyList<PeerStatus> Peers()
    {
        lock (_announced)
        {
            return [.. _announced.Select(peer => new PeerStatus(peer.Key, true, null, null, new PeerTraffic()) { KnowsUsers = peer.Value })];
        }
    }
}
