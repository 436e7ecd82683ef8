using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Tests.Configuration.Settings;

public sealed class SuggestionsTests
{
    [Theory]
    [InlineData("snapshot-cuont", "--", "; did you mean --snapshot-count?")]
    [InlineData("snapshotcount", "--", "; did you mean --snapshot-count?")]
    [InlineData("snapshot-cuont", "METASTORE_", "; did you mean METASTORE_SNAPSHOT_COUNT?")]
    [InlineData("feature-gate", "--", "; did you mean --feature-gates?")]
    [InlineData("max-wal", "--", "; did you mean --max-wals?")]
    [InlineData("server.nmae", "server.", "; did you mean server.name?")]
    [InlineData("server.raft.heartbeat-interval", "server.", "; did you mean server.raft.heartbeat_interval?")]
    [InlineData("nothing-that-anyone-would-mean-by-it", "--", "")]
    [InlineData("zzz", "--", "")]
    public void For_AMisspeltName_IsTheNearest_OrNothingWhenNoneIsNear(string name, string prefix, string expected) => Assert.Equal(expected, Suggestions.For(name, prefix));

    /// <summary>The longer the name, the more of it may be wrong.</summary>
    [Theory]
    [InlineData("nxmx", "; did you mean --name?")]
    [InlineData("nxxx", "")]
    public void For_AShortName_AllowsTwoMistakes(string name, string expected) => Assert.Equal(expected, Suggestions.For(name));

    [Fact]
    public void For_ALongHostileName_Ends() => Assert.Equal("", Suggestions.For(new string('x', 20_000)));
}
