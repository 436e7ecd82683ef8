using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Users;

public sealed class RoleCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear()
        .On<AuthRoleGrantPermissionRequest>("RoleGrantPermission", _ => new AuthRoleGrantPermissionResponse())
        .On<AuthRoleRevokePermissionRequest>("RoleRevokePermission", _ => new AuthRoleRevokePermissionResponse())
        .On<AuthRoleGetRequest>("RoleGet", _ => new AuthRoleGetResponse
        {
            Perm =
            {
                new Permission { Key = ByteString.CopyFromUtf8("k") },
                new Permission { Key = ByteString.CopyFromUtf8("p/"), RangeEnd = ByteString.CopyFromUtf8("p0"), PermType = Permission.Types.Type.Readwrite },
                new Permission { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFrom(0), PermType = Permission.Types.Type.Write },
                new Permission { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8("c"), PermType = Permission.Types.Type.Write },
            },
        });

    [Theory]
    [InlineData("read k", Permission.Types.Type.Read, "k", "")]
    [InlineData("ReadWrite a m", Permission.Types.Type.Readwrite, "a", "m")]
    [InlineData("WRITE a/ --prefix", Permission.Types.Type.Write, "a/", "a0")]
    [InlineData("write a --from-key", Permission.Types.Type.Write, "a", "\0")]
    [InlineData("read a m ignored", Permission.Types.Type.Read, "a", "m")]
    public async Task GrantPermission_TypeAndRange_ArriveInTheRequest(string words, Permission.Types.Type type, string key, string end)
    {
        Assert.Equal((0, "Role r updated\n", string.Empty), await _member.RunAsync(["role", "grant-permission", "r", .. words.Split(' ')]));
        var expected = new Permission { PermType = type, Key = ByteString.CopyFromUtf8(key), RangeEnd = ByteString.CopyFromUtf8(end) };
        Assert.Equal(expected, Assert.Single(_member.Requests<AuthRoleGrantPermissionRequest>("RoleGrantPermission")).Perm);
    }

    [Theory]
    [InlineData("--prefix", "\0")]
    [InlineData("--from-key", "\0")]
    [InlineData("--prefix=false", "")]
    public async Task GrantPermission_EmptyKey_IsTheFirstPossibleOne(string flag, string end)
    {
        await _member.RunAsync("role", "grant-permission", "r", "read", "", flag);
        var permission = Assert.Single(_member.Requests<AuthRoleGrantPermissionRequest>("RoleGrantPermission")).Perm;
        Assert.Equal(("\0", end), (permission.Key.ToStringUtf8(), permission.RangeEnd.ToStringUtf8()));
    }

    [Theory]
    [InlineData("k", "Permission of key k is revoked from role r")]
    [InlineData("a m", "Permission of range [a, m) is revoked from role r")]
    [InlineData("a --from-key", "Permission of range [a, <open ended> is revoked from role r")]
    public async Task RevokePermission_SaysWhichRange(string words, string line) =>
        Assert.Equal((0, line + "\n", string.Empty), await _member.RunAsync(["role", "revoke-permission", "r", .. words.Split(' ')]));

    [Fact]
    public async Task Get_Ranges_LookAsEtcdctlPrintsThem()
    {
        Assert.Equal(
            (0, "Role r\nKV Read:\n\tk\n\t[p/, p0) (prefix p/)\nKV Write:\n\t[p/, p0) (prefix p/)\n\t[a, <open ended>\n\t[a, c)\n", string.Empty), await _member.RunAsync("role", "get", "r"));
        var (_, fields, _) = await _member.RunAsync("role", "get", "r", "-w", "fields");
        Assert.Contains("\"PermType\" :  READ\n\"Key\" : \"k\"\n\"RangeEnd\" : \"\"\n\"PermType\" :  READWRITE\n", fields, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("role add", "role add command requires role name as its argument")]
    [InlineData("role list x", "role list command requires no arguments")]
    [InlineData("role grant-permission r read", "role grant command requires role name, permission type, and key [endkey] as its argument")]
    [InlineData("role revoke-permission r", "role revoke-permission command requires role name and key [endkey] as its argument")]
    [InlineData("role grant-permission r read a b --from-key", "unexpected endkey argument with --from-key flag")]
    public async Task WrongWords_SendNothing(string words, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }
}
