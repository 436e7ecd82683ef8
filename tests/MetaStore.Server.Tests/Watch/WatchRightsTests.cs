using System.Text;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Watch;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.Server.Tests.Watch;

/// <summary>Whose watches are made, and which end when users and roles change. Users are those of certificates.</summary>
public sealed class WatchRightsTests : IDisposable
{
    private const string Denied = "rpc error: code = PermissionDenied desc = etcdserver: permission denied";
    private const string Nameless = "rpc error: code = InvalidArgument desc = etcdserver: user name is empty";

    private readonly WatchHubFixture _hub = new(judges: true);
    private readonly WatchStream _stream;
    private readonly List<Status> _refused = [];

    public WatchRightsTests()
    {
        _hub.Dispatcher.Refused = (_, _, status) => _refused.Add(status);
        _stream = _hub.Open();
        foreach (string user in new[] { "root", "alice" })
        {
            _hub.Apply(new UserPutCommand { Name = user, Hash = "", NoPassword = true });
            _hub.Apply(new RoleAddCommand { Name = user });
            _hub.Apply(new UserGrantCommand { User = user, Role = user });
        }

        Grant("a/", "a0");
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hub.Dispose();
    }

    [Fact]
    public void WhileAuthIsOff_EveryoneMayWatch() => Assert.True(Create("z", CallOf(null)).WatchId == 0 && _refused.Count == 0);

    [Theory]
    [InlineData("alice", "a/1", "", null)]
    [InlineData("alice", "a/", "a0", null)]
    [InlineData("alice", "a/1", "a/9", null)]
    [InlineData("alice", "a/", "a1", Denied)]
    [InlineData("alice", "a0", "", Denied)]
    [InlineData("alice", "a/", "\0", Denied)]
    [InlineData("alice", "", "\0", Denied)]
    [InlineData("root", "", "\0", null)]
    [InlineData("unknown", "a/1", "", Denied)]
    [InlineData(null, "a/1", "", Nameless)]
    public void Watch_IsMade_WhenItsUserMayReadTheWholeRange(string? user, string key, string end, string? reason)
    {
        _hub.Apply(default(AuthEnableCommand));
        WatchResponse answer = Create(key, CallOf(user), end);
        Assert.Equal((true, reason is not null, reason ?? ""), (answer.Created, answer.Canceled, answer.CancelReason));
        Assert.Equal(reason is null ? 0 : 1, _refused.Count);
        Assert.All(_refused, status => Assert.EndsWith(status.Detail, reason!, StringComparison.Ordinal));
        Assert.Equal(reason is null ? 1 : 0, _hub.Dispatcher.Watchers);
    }

    [Fact]
    public void Watch_WithoutACall_HasNoUser_AndIsReportedToNone()
    {
        _hub.Apply(default(AuthEnableCommand));
        Assert.Equal(Nameless, Create("a/1", null).CancelReason);
        Assert.Empty(_refused);
    }

    [Fact]
    public void RightThatIsTaken_EndsTheWatch_AfterTheEventsBeforeIt_AndNoOther()
    {
        _hub.Apply(default(AuthEnableCommand));
        Create("a/1", CallOf("alice"));
        Create("a/1", CallOf("root"));
        _hub.Put("a/1", "before");
        _hub.Apply(new UserRevokeCommand { User = "alice", Role = "alice" });
        _hub.Put("a/1", "after");
        _hub.Deliver();
        var items = WatchHubFixture.Take(_stream);
        Assert.Equal(
            [(0L, 2L), (-1, 2)],
            items.Where(item => item.Watcher is { Id: 0 } || item.Answer is not null).Select(item => (item.Watcher?.Id ?? -1, item.Run?.First ?? item.Answer!.Header.Revision)));
        WatchResponse ended = items.Single(item => item.Answer is not null).Answer!;
        Assert.Equal((0L, true, false, Denied), (ended.WatchId, ended.Canceled, ended.Created, ended.CancelReason));
        Assert.Equal(2, items.Count(item => item.Watcher is { Id: 1 }));
        Assert.Equal(1, _hub.Dispatcher.Watchers);
    }

    [Fact]
    public void AuthThatIsEnabled_EndsWatchesWithoutAUser_WithTheirReason()
    {
        Create("a/1", CallOf(null));
        _hub.Apply(default(AuthEnableCommand));
        _hub.Deliver();
        Assert.Equal(Nameless, Assert.Single(WatchHubFixture.Answers(_stream)).CancelReason);
        Assert.Equal(0, _hub.Dispatcher.Watchers);
    }

    [Fact]
    public void ChangesThatTakeNothing_EndNothing()
    {
        _hub.Apply(default(AuthEnableCommand));
        Create("a/1", CallOf("alice"));
        Grant("b/", "b0");
        _hub.Apply(new RoleAddCommand { Name = "unused" });
        _hub.Apply(default(AuthDisableCommand));
        _hub.Deliver();
        Assert.Empty(WatchHubFixture.Take(_stream));
        Assert.Equal(1, _hub.Dispatcher.Watchers);
    }

    private static ServerCall CallOf(string? user) => new LocalCallContext("/etcdserverpb.Watch/Watch") { CommonName = user }.Call;

    private WatchResponse Create(string key, ServerCall? call, string end = "")
    {
        _stream.Create(WatchHubFixture.Request(key, end), call);
        return WatchHubFixture.Answers(_stream)[^1];
    }

    private void Grant(string key, string end) => _hub.Apply(new RoleGrantCommand
    {
        Role = "alice",
        Type = PermissionType.Read,
        Key = Encoding.UTF8.GetBytes(key),
        RangeEnd = Encoding.UTF8.GetBytes(end),
    });
}
