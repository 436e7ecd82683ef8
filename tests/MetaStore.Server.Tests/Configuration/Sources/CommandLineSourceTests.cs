using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Tests.Configuration.Sources;

public sealed class CommandLineSourceTests
{
    [Theory]
    [InlineData("--name=a")]
    [InlineData("-name=a")]
    [InlineData("--name", "a")]
    [InlineData("-name", "a")]
    public void Value_InEachFormOfGo_IsRead(params string[] arguments)
    {
        CommandLineSource source = CommandLineSource.Read(arguments);
        Assert.Empty(source.Errors);
        RawSetting only = Assert.Single(source.Settings);
        Assert.Equal(("name", "a"), (only.Flag, only.Value));
    }

    [Fact]
    public void Value_WithAnEqualsSign_IsKeptWhole() =>
        Assert.Equal("a=http://x:1,b=http://y:2", Assert.Single(CommandLineSource.Read(["--initial-cluster=a=http://x:1,b=http://y:2"]).Settings).Value);

    [Fact]
    public void Value_ThatLooksLikeAFlag_BelongsToTheKnownFlagBeforeIt()
    {
        CommandLineSource source = CommandLineSource.Read(["--name", "--data-dir", "--name=b"]);
        Assert.Equal([("name", "--data-dir"), ("name", "b")], source.Settings.Select(setting => (setting.Flag, setting.Value)));
    }

    /// <summary>Go's switches never take the next word, which is then no flag.</summary>
    [Fact]
    public void Switch_DoesNotTakeTheNextWord()
    {
        CommandLineSource source = CommandLineSource.Read(["--pre-vote", "false"]);
        Assert.Equal(("pre-vote", "true"), (source.Settings[0].Flag, source.Settings[0].Value));
        ConfigurationError error = Assert.Single(source.Errors);
        Assert.Contains("is not a flag", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownFlag_DoesNotSwallowTheFlagAfterIt()
    {
        CommandLineSource source = CommandLineSource.Read(["--no-such-flag", "--name=a"]);
        Assert.Equal(["no-such-flag", "name"], source.Settings.Select(setting => setting.Flag));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("-")]
    [InlineData("")]
    public void Word_ThatIsNoFlag_IsAnError(string word) => Assert.Single(CommandLineSource.Read([word]).Errors);

    [Fact]
    public void KnownFlag_AtTheEndWithoutItsValue_IsAnError()
    {
        Assert.Contains("needs a value", Assert.Single(CommandLineSource.Read(["--name"]).Errors).ToString(), StringComparison.Ordinal);
        Assert.Contains("needs a value", Assert.Single(CommandLineSource.Read(["--config-file"]).Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", true, false)]
    [InlineData("-h", true, false)]
    [InlineData("--version", false, true)]
    [InlineData("--version=false", false, false)]
    public void Help_AndVersion_AreNoSettings(string argument, bool help, bool version)
    {
        CommandLineSource source = CommandLineSource.Read([argument]);
        Assert.Equal((help, version, 0), (source.Help, source.Version, source.Settings.Count));
    }

    [Fact]
    public void ConfigFile_TheLastOneWins() => Assert.Equal("b.yaml", CommandLineSource.Read(["--config=a.yaml", "--config-file", "b.yaml"]).ConfigFile);
}
