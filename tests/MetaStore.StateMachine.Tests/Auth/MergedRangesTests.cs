using System.Text;
using MetaStore.StateMachine.Auth.Rights;

namespace MetaStore.StateMachine.Tests.Auth;

public sealed class MergedRangesTests
{
    /// <summary>Permissions on [b, d), the key d, [f, h) and everything from x on.</summary>
    private static readonly MergedRanges Ranges = MergedRanges.Of(
    [
        Permission("x", "\0"), Permission("f", "h"), Permission("b", "d"), Permission("d", ""),
    ]);

    [Theory]
    [InlineData("b", "", true)]
    [InlineData("a", "", false)]
    [InlineData("d", "", true)]
    [InlineData("d\0", "", false)]
    [InlineData("h", "", false)]
    [InlineData("b", "d", true)]
    [InlineData("c", "d\0", true)]
    [InlineData("c", "e", false)]
    [InlineData("c", "g", false)]
    [InlineData("f", "\0", false)]
    [InlineData("z", "\0", true)]
    [InlineData("y", "z", true)]
    public void Contains_AllKeysOfTheRequest(string key, string end, bool isAllowed) => Assert.Equal(isAllowed, Contains(key, end));

    /// <summary>A range without keys counts as its first key.</summary>
    [Theory]
    [InlineData("g", "b", true)]
    [InlineData("f", "f", true)]
    [InlineData("e", "b", false)]
    [InlineData("z", "a", true)]
    public void Contains_RangeThatIsInverted(string key, string end, bool isAllowed) => Assert.Equal(isAllowed, Contains(key, end));

    [Fact]
    public void NoPermissions_ContainNothing() => Assert.False(MergedRanges.Of([]).Contains("a"u8, default));

    private static bool Contains(string key, string end) => Ranges.Contains(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(end));

    private static AuthPermission Permission(string key, string end) =>
        new(PermissionType.ReadWrite, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(end));
}
