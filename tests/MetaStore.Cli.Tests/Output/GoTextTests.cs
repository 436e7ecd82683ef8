using Google.Protobuf;
using MetaStore.Cli.Output;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Output;

/// <summary>Texts whose form other programs parse: quoted bytes, and ranges of roles.</summary>
public sealed class GoTextTests
{
    [Theory]
    [InlineData("\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"")]
    [InlineData("\u001b[2J", "\"\\x1b[2J\"")]
    [InlineData("\ufeff\ufffd", "\"\\ufeff\\ufffd\"")]
    [InlineData("\U0001F600é", "\"\U0001F600é\"")]
    [InlineData("'`", "\"'`\"")]
    public void Quoted_IsWhatGoPrints(string text, string expected) => Assert.Equal(expected, QuotedBytes.Of(text));

    [Fact]
    public void Quoted_OfACutCharacter_ShowsItsBytes() => Assert.Equal("\"a\\xe2\\x82b\"", QuotedBytes.Of(ByteString.CopyFrom([(byte)'a', 0xe2, 0x82, (byte)'b'])));

    [Theory]
    [InlineData("a", "b", "\t[a, b) (prefix a)")]
    [InlineData("a/", "b", "\t[a/, b)")]
    [InlineData("", "\0", "\t[, <open ended>")]
    [InlineData("\u007f", "", "\t\u007f")]
    public void Role_Range_NamesItsPrefix(string key, string end, string line)
    {
        var role = new AuthRoleGetResponse { Perm = { new Permission { Key = ByteString.CopyFromUtf8(key), RangeEnd = ByteString.CopyFromUtf8(end) } } };
        Assert.Equal(["Role r", "KV Read:", line, "KV Write:"], RoleLines.Of("r", role));
    }

    [Fact]
    public void Role_RootWithoutPermissions_IsAllowedEverything_OtherRolesNothing()
    {
        Assert.Equal(["Role root", "KV Read:", "\t[, <open ended>", "KV Write:", "\t[, <open ended>"], RoleLines.Of("root", new AuthRoleGetResponse()));
        Assert.Equal(["Role r", "KV Read:", "KV Write:"], RoleLines.Of("r", new AuthRoleGetResponse()));
    }
}
