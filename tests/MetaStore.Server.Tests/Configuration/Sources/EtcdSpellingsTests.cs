using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Tests.Configuration.Sources;

/// <summary>etcd's feature gates and its old debug switch, as the settings that they stand for.</summary>
public sealed class EtcdSpellingsTests
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<string> _warnings = [];

    [Theory]
    [InlineData("InitialCorruptCheck=true", "initial-corrupt-check=true")]
    [InlineData(" InitialCorruptCheck = false , CompactHashCheck=true", "initial-corrupt-check=false compact-hash-check-enabled=true")]
    [InlineData("LeaseCheckpoint=maybe", "enable-lease-checkpoint=maybe")]
    [InlineData("", "")]
    [InlineData(",,", "")]
    public void Gates_AreTheirSettings_AndNameWhereTheyCameFrom(string value, string expected)
    {
        RawSetting[] read = Read("feature-gates", value);
        Assert.Equal(expected, string.Join(' ', read.Select(raw => $"{raw.Flag}={raw.Value}")));
        Assert.All(read, raw => Assert.StartsWith("--feature-gates ", raw.Where, StringComparison.Ordinal));
        Assert.Empty(_errors);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("TxnModeWriteWithSharedBuffer=true", "--feature-gates: the gate TxnModeWriteWithSharedBuffer has no effect")]
    [InlineData("LeaseCheckpointPersist=false", "--feature-gates: the gate LeaseCheckpointPersist has no effect")]
    public void Gate_WithoutASetting_IsAWarning(string value, string warning)
    {
        Assert.Empty(Read("feature-gates", value));
        Assert.Equal([warning], _warnings);
    }

    [Theory]
    [InlineData("SetMemberLocalAddr=true", true)]
    [InlineData("SetMemberLocalAddr=false", false)]
    [InlineData("AllAlpha=1", true)]
    [InlineData("AllAlpha=0", false)]
    public void Gate_ThatOtherMembersWouldNotice_MayOnlyBeSwitchedOff(string value, bool isError)
    {
        Assert.Empty(Read("feature-gates", value));
        Assert.Equal(isError ? 1 : 0, _errors.Count);
    }

    [Theory]
    [InlineData("InitialCorruptCheck", "is not of the form gate=true")]
    [InlineData("InitialCorruptCheck=true=true", "is not of the form gate=true")]
    [InlineData("initialcorruptcheck=true", "is not an etcd feature gate; these are: AllAlpha, AllBeta, CompactHashCheck")]
    public void Gate_ThatIsNone_IsAnErrorWithThePart(string value, string why)
    {
        Assert.Empty(Read("feature-gates", "LeaseCheckpointPersist=true," + value));
        ConfigurationError error = Assert.Single(_errors);
        Assert.Equal(value, error.Value);
        Assert.StartsWith(why, error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", "log-level=debug")]
    [InlineData("anything", "log-level=debug")]
    [InlineData("false", "")]
    [InlineData("0", "")]
    [InlineData("", "")]
    public void Debug_IsTheLogLevel_UnlessItIsOff(string value, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read("debug", value).Select(raw => $"{raw.Flag}={raw.Value}")));

    [Fact]
    public void OtherFlags_AreThemselves() => Assert.Equal([new RawSetting("name", "a", "--name")], Read("name", "a"));

    [Theory]
    [InlineData("debug", true)]
    [InlineData("pre-vote", true)]
    [InlineData("enable-pprof", true)]
    [InlineData("feature-gates", false)]
    [InlineData("name", false)]
    [InlineData("max-wals", false)]
    [InlineData("none-such", false)]
    public void IsSwitch_TakesNoWordOfItsOwn(string flag, bool expected) => Assert.Equal(expected, EtcdSpellings.IsSwitch(flag));

    private RawSetting[] Read(string flag, string value) => [.. EtcdSpellings.Read(new RawSetting(flag, value, "--" + flag), _errors, _warnings)];
}
