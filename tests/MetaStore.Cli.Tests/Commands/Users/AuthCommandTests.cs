using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Users;

public sealed class AuthCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enable_RootWithoutItsRole_GetsIt(bool roleExists)
    {
        var tries = 0;
        _member.On<AuthEnableRequest>("AuthEnable", _ =>
            tries++ == 0 ? FakeMember.Failure(StatusCode.FailedPrecondition, "etcdserver: root user does not have root role") : new AuthEnableResponse());
        _member.On<AuthRoleAddRequest>("RoleAdd", _ => roleExists ? FakeMember.Failure(StatusCode.FailedPrecondition, "etcdserver: role name already exists") : new AuthRoleAddResponse());
        _member.On<AuthUserGrantRoleRequest>("UserGrantRole", _ => new AuthUserGrantRoleResponse());

        Assert.Equal((0, "Authentication Enabled\n", string.Empty), await _member.RunAsync("auth", "enable"));

        Assert.Equal(["AuthEnable", "RoleAdd", "UserGrantRole", "AuthEnable"], _member.Calls);
        Assert.Equal(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, Assert.Single(_member.Requests<AuthUserGrantRoleRequest>("UserGrantRole")));
    }

    [Fact]
    public async Task Enable_WithoutAUserRoot_ChangesNothing()
    {
        _member.On<AuthEnableRequest>("AuthEnable", _ => FakeMember.Failure(StatusCode.FailedPrecondition, "etcdserver: root user does not exist"));
        Assert.Equal((1, string.Empty, "Error: etcdserver: root user does not exist\n"), await _member.RunAsync("auth", "enable"));
        Assert.Equal(["AuthEnable"], _member.Calls);
    }

    [Fact]
    public async Task Status_HasTheRevision()
    {
        _member.On<AuthStatusRequest>("AuthStatus", _ => new AuthStatusResponse { Enabled = true, AuthRevision = 5 });
        Assert.Equal((0, "Authentication Status: true\nAuthRevision: 5\n", string.Empty), await _member.RunAsync("auth", "status"));
    }

    [Fact]
    public async Task Explain_ReadsTheRolesOfTheUser_AndNotRoleRoot()
    {
        _member.On<AuthStatusRequest>("AuthStatus", _ => new AuthStatusResponse());
        _member.On<AuthUserGetRequest>("UserGet", request => new AuthUserGetResponse { Roles = { request.Name == "alice" ? ["reader"] : ["root"] } });
        _member.On<AuthRoleGetRequest>("RoleGet", _ => new AuthRoleGetResponse { Perm = { new Permission { Key = ByteString.CopyFromUtf8("a") } } });

        var (code, output, _) = await _member.RunAsync("auth", "explain", "alice", "a");
        Assert.Equal(
            (0, "auth is not enabled: every client may do everything. While it is enabled:\nread: allowed by\n  role reader: read on \"a\"\nwrite: denied: no role allows \"a\"\n"), (code, output));
        Assert.Contains("read: allowed: role root allows everything\n", (await _member.RunAsync("auth", "explain", "bob", "")).Output, StringComparison.Ordinal);
        Assert.Equal(["reader"], _member.Requests<AuthRoleGetRequest>("RoleGet").Select(request => request.Role));
    }

    [Fact]
    public async Task Explain_WithoutAKey_IsRefused() => Assert.Equal(
        (128, string.Empty, "Error: auth explain command requires user name and key [endkey] as its argument\n"), await _member.RunAsync("auth", "explain", "alice"));
}
