using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Tests.Configuration.Settings;

/// <summary>The parsers of settings at the edges of their ranges: what is refused says what is permitted, and changes nothing.</summary>
public sealed class SettingKindsTests
{
    private readonly MetaStoreOptions _options = new();

    [Theory]
    [InlineData("snapshot-count", "1", null)]
    [InlineData("snapshot-count", "100000000", null)]
    [InlineData("snapshot-count", "0", "is outside 1 to 100000000")]
    [InlineData("snapshot-count", "100000001", "is outside 1 to 100000000")]
    [InlineData("snapshot-count", "-9223372036854775808", "is outside 1 to 100000000")]
    [InlineData("snapshot-count", "9223372036854775808", "is not an integer")]
    [InlineData("snapshot-count", "1.0", "is not an integer")]
    [InlineData("snapshot-count", "", "is not an integer")]
    [InlineData("max-concurrent-streams", "4294967295", null)]
    [InlineData("max-concurrent-streams", "4294967296", "is outside 1 to 4294967295")]
    [InlineData("wal-segment-bytes", "64KiB", null)]
    [InlineData("wal-segment-bytes", "65535", "is outside 64KiB to 512MiB")]
    [InlineData("wal-segment-bytes", "512MiB", null)]
    [InlineData("wal-segment-bytes", "536870913", "is outside 64KiB to 512MiB")]
    [InlineData("wal-segment-bytes", "NaNMiB", "is not a size such as 1048576, 512KiB or 1MiB")]
    [InlineData("quota-backend-bytes", "-1", null)]
    [InlineData("quota-backend-bytes", "0x1B", null)]
    [InlineData("quota-backend-bytes", "9223372036854775807", null)]
    [InlineData("heartbeat-interval", "1ms", null)]
    [InlineData("heartbeat-interval", "10s", null)]
    [InlineData("heartbeat-interval", "100", null)]
    [InlineData("heartbeat-interval", "0", "is outside 1ms to 10s")]
    [InlineData("heartbeat-interval", "10001", "is outside 1ms to 10s")]
    [InlineData("heartbeat-interval", "999us", "is outside 1ms to 10s")]
    [InlineData("heartbeat-interval", "9223372036854775807", "is outside 1ms to 10s")]
    [InlineData("heartbeat-interval", "-9223372036854775808", "is outside 1ms to 10s")]
    [InlineData("heartbeat-interval", "1d", "is not a duration such as 100ms, 5s or 1h30m")]
    [InlineData("corrupt-check-time", "0", null)]
    [InlineData("corrupt-check-time", "5", "is not a duration such as 100ms, 5s or 1h30m")]
    [InlineData("corrupt-check-time", "-1s", "is outside 0s to 240h")]
    [InlineData("corrupt-check-time", "240h0.1s", "is outside 0s to 240h")]
    [InlineData("admission-memory-threshold", "0.5", null)]
    [InlineData("admission-memory-threshold", "1", null)]
    [InlineData("admission-memory-threshold", "1e-3", null)]
    [InlineData("admission-memory-threshold", "1.0001", "is not a number from 0 to 1")]
    [InlineData("admission-memory-threshold", "-0.1", "is not a number from 0 to 1")]
    [InlineData("admission-memory-threshold", "NaN", "is not a number from 0 to 1")]
    [InlineData("admission-memory-threshold", "Infinity", "is not a number from 0 to 1")]
    [InlineData("admission-memory-threshold", "0,5", "is not a number from 0 to 1")]
    [InlineData("pre-vote", "FALSE", null)]
    [InlineData("pre-vote", "f", null)]
    [InlineData("pre-vote", "1", null)]
    [InlineData("pre-vote", "yes", "is neither true nor false")]
    [InlineData("pre-vote", "tRUE", "is neither true nor false")]
    [InlineData("pre-vote", "", "is neither true nor false")]
    [InlineData("log-format", "JSON", "is not one of json, console")]
    [InlineData("listen-peer-urls", ",", "is empty")]
    [InlineData("listen-peer-urls", "http://127.0.0.1:1,nonsense", "is refused: \"nonsense\" has no scheme")]
    [InlineData("unsafe-skip-entry", "5120:0123456789abcdef", null)]
    [InlineData("unsafe-skip-entry", "0:0123456789abcdef", "is not INDEX:HASH with an index above 0 and 16 hex digits")]
    [InlineData("unsafe-skip-entry", "5120:0123456789abcde", "is not INDEX:HASH with an index above 0 and 16 hex digits")]
    [InlineData("unsafe-skip-entry", "5120", "is not INDEX:HASH with an index above 0 and 16 hex digits")]
    public void Assign_ValueAtAnEdge_IsTakenOrRefusedWithTheRange(string flag, string text, string? why)
    {
        Setting setting = SettingCatalogue.ByFlag[flag];
        string before = setting.Show(_options);
        Assert.Equal(why, setting.Assign(_options, text));
        if (why is not null)
        {
            Assert.Equal(before, setting.Show(_options));
        }
    }

    /// <summary>What a setting shows, in --what-if and in the log of a reload, can be given to it again.</summary>
    [Fact]
    public void Show_OfEveryDefault_IsReadBackAsItself()
    {
        foreach (Setting setting in SettingCatalogue.All)
        {
            string shown = setting.Show(new MetaStoreOptions());
            if (shown.Length > 0)
            {
                Assert.True(setting.Assign(_options, shown) is null, setting.Flag);
                Assert.Equal(shown, setting.Show(_options));
            }
        }
    }

    [Fact]
    public void Example_OfEverySetting_IsAccepted()
    {
        foreach (Setting setting in SettingCatalogue.All)
        {
            Assert.True(setting.Assign(_options, setting.Example) is null, $"--{setting.Flag} {setting.Example}");
        }
    }

    [Theory]
    [InlineData("a, b ,,a", "a,b")]
    [InlineData(",", "")]
    [InlineData("A,a", "A,a")]
    public void Words_AreTrimmed_AndNamedOnce(string text, string expected)
    {
        Setting cors = SettingCatalogue.ByFlag["cors"];
        Assert.Null(cors.Assign(_options, text));
        Assert.Equal(expected, cors.Show(_options));
    }

    [Fact]
    public void Names_OfTheCatalogue_AreUnique_AndMakeTheVariables()
    {
        Assert.Equal(SettingCatalogue.All.Sum(setting => 1 + setting.Aliases.Count), SettingCatalogue.ByFlag.Count);
        Assert.Equal(SettingCatalogue.All.Count, SettingCatalogue.ByPath.Count);
        Assert.Equal("EXPERIMENTAL_MAX_LEARNERS", (SettingCatalogue.ByFlag["max-learners"] with { Flag = "experimental-max-learners" }).EnvironmentSuffix);
        Assert.Same(SettingCatalogue.ByFlag["max-learners"], SettingCatalogue.ByFlag["experimental-max-learners"]);
    }
}
