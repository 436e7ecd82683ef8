using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Client;

namespace MetaStore.Cli.Tests.CommandLine.Values;

public sealed class KeyRangeFlagsTests
{
    [Fact]
    public void NoFlags_IsOneKeyOrARange()
    {
        Assert.Equal(KeyRange.Single("k"), KeyRangeFlags.Of("k", null, prefix: false, fromKey: false));
        Assert.Equal(KeyRange.Between("a", "c"), KeyRangeFlags.Of("a", "c", prefix: false, fromKey: false));
    }

    [Fact]
    public void Prefix_EndsAfterTheLastKeyWithIt() => Assert.Equal(KeyRange.Prefix("foo/"), KeyRangeFlags.Of("foo/", null, prefix: true, fromKey: false));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void EmptyKey_WithPrefixOrFromKey_IsEverything(bool prefix, bool fromKey) =>
        Assert.Equal(KeyRange.All, KeyRangeFlags.Of(string.Empty, null, prefix, fromKey));

    [Fact]
    public void PrefixAndFromKey_IsRefused() => Assert.Throws<UsageException>(() => KeyRangeFlags.Of("k", null, prefix: true, fromKey: true));

    [Fact]
    public void PrefixAndRangeEnd_IsRefused() => Assert.Throws<UsageException>(() => KeyRangeFlags.Of("k", "z", prefix: true, fromKey: false));
}
