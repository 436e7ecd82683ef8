using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Users;

public sealed class UserCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear()
        .On<AuthUserAddRequest>("UserAdd", _ => new AuthUserAddResponse { Header = FakeMember.Header })
        .On<AuthUserChangePasswordRequest>("UserChangePassword", _ => new AuthUserChangePasswordResponse());

    private AuthUserAddRequest Added => Assert.Single(_member.Requests<AuthUserAddRequest>("UserAdd"));

    [Theory]
    [InlineData("user add a:b:c", "", "a", "b:c", false)]
    [InlineData("user add a: --new-user-password=x", "", "a:", "x", false)]
    [InlineData("user add a:b --no-password", "", "a:b", "", true)]
    [InlineData("user add a --interactive=false", "secret\r\nnot read", "a", "secret", false)]
    [InlineData("user add a --interactive=false", "", "a", "", false)]
    public async Task Add_NameAndPassword_AreEtcdctls(string words, string input, string name, string password, bool hasNone)
    {
        Assert.Equal((0, $"User {name} created\n", string.Empty), await _member.RunAsync(words.Split(' '), input));
        Assert.Equal((name, password, hasNone), (Added.Name, Added.Password, Added.Options.NoPassword));
    }

    [Fact]
    public async Task Add_Typed_IsAskedForTwice()
    {
        var (code, output, _) = await _member.RunAsync(["user", "add", "a"], "x\nx\n");
        Assert.Equal((0, "Password of a: \nType password of a again for confirmation: \nUser a created\n"), (code, output));
        Assert.Equal("x", Added.Password);
    }

    [Fact]
    public async Task Passwd_TypedDifferently_ChangesNothing()
    {
        var (code, _, error) = await _member.RunAsync(["user", "passwd", "a"], "x\ny\n");
        Assert.Equal((128, "Error: given passwords are different\n"), (code, error));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task Get_WithDetail_PrintsEachRole()
    {
        _member.On<AuthUserGetRequest>("UserGet", _ => new AuthUserGetResponse { Roles = { "root", "r" } });
        _member.On<AuthRoleGetRequest>("RoleGet", request => request.Role == "root"
            ? new AuthRoleGetResponse()
            : new AuthRoleGetResponse { Perm = { new Permission { Key = Google.Protobuf.ByteString.CopyFromUtf8("k"), PermType = Permission.Types.Type.Write } } });
        Assert.Equal((0, "User: a\nRoles: root r\n", string.Empty), await _member.RunAsync("user", "get", "a"));
        Assert.Equal(
            (0, "User: a\n\nRole root\nKV Read:\n\t[, <open ended>\nKV Write:\n\t[, <open ended>\n\nRole r\nKV Read:\nKV Write:\n\tk\n", string.Empty), await _member.RunAsync("user", "get", "a", "--detail"));
    }

    [Fact]
    public async Task GrantAndRevokeRole_NameBoth()
    {
        _member.On<AuthUserGrantRoleRequest>("UserGrantRole", _ => new AuthUserGrantRoleResponse());
        _member.On<AuthUserRevokeRoleRequest>("UserRevokeRole", _ => FakeMember.Failure(StatusCode.FailedPrecondition, "etcdserver: role is not granted to the user"));
        Assert.Equal((0, "Role r is granted to user u\n", string.Empty), await _member.RunAsync("user", "grant-role", "u", "r"));
        Assert.Equal((1, string.Empty, "Error: etcdserver: role is not granted to the user\n"), await _member.RunAsync("user", "revoke-role", "u", "r"));
        Assert.Equal(new AuthUserRevokeRoleRequest { Name = "u", Role = "r" }, Assert.Single(_member.Requests<AuthUserRevokeRoleRequest>("UserRevokeRole")));
    }

    [Fact]
    public async Task List_AsFields_IsNotSupported_AsInEtcdctl()
    {
        _member.On<AuthUserListRequest>("UserList", _ => new AuthUserListResponse { Users = { "a", "b" } });
        Assert.Equal((0, "a\nb\n", string.Empty), await _member.RunAsync("user", "list"));
        Assert.Equal((4, string.Empty, "Error: fields not supported as output format\n"), await _member.RunAsync("user", "list", "-w", "fields"));
    }

    [Theory]
    [InlineData("user get", "user get command requires user name as its argument")]
    [InlineData("user list x", "user list command requires no arguments")]
    [InlineData("user delete a b", "user delete command requires user name as its argument")]
    [InlineData("user passwd", "user passwd command requires user name as its argument")]
    [InlineData("user revoke-role u", "user revoke-role requires user name and role name as its argument")]
    public async Task WrongWords_SendNothing(string words, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }
}
