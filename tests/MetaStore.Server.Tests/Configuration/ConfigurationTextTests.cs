using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Tests.Configuration;

public sealed class ConfigurationTextTests
{
    [Fact]
    public void Errors_AreCounted_OneALine()
    {
        Assert.Equal("metastore: 1 configuration error\n  --name = \"a b\": is wrong (for example n1)\n", ConfigurationText.Errors([new ConfigurationError("--name", "a b", "is wrong", "n1")]));
        Assert.Equal(
            "metastore: 2 configuration errors\n  x: is not a flag\n  file: y = \"\": is empty\n",
            ConfigurationText.Errors([new ConfigurationError("x", null, "is not a flag", null), new ConfigurationError("file: y", "", "is empty", null)]));
    }

    [Fact]
    public void Help_HasEveryFlagWithItsDefaultRangeAndOtherNames_AndTheForeignOnes()
    {
        string help = ConfigurationText.Help();
        Assert.Contains("  --max-learners '1'\n      Maximum number of learners. [1 to 100]\n      also --experimental-max-learners\n", help, StringComparison.Ordinal);
        Assert.All(SettingCatalogue.All, setting => Assert.Contains($"\n  --{setting.Flag} '", help, StringComparison.Ordinal));
        Assert.All(ForeignFlags.All, flag => Assert.Equal(!flag.IsRefused, help.Contains($"\n  --{flag.Name}\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void WhatIf_HasALineForEverySetting_InTheOrderOfTheCatalogue()
    {
        ConfigurationResult result = ConfigurationLoader.Load(
            ["--config-file=f.yaml", "--pre-vote=false"], new Hashtable { ["ETCD_SNAPSHOT_COUNT"] = "7" }, _ => new StringReader("server: { raft: { heartbeat_interval: 50ms } }"));
        string[] lines = ConfigurationText.WhatIf(result).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SettingCatalogue.All.Select(setting => setting.Path), lines.Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Contains("server.raft.pre_vote: false  # --pre-vote", lines);
        Assert.Contains("server.raft.snapshot_count: 7  # ETCD_SNAPSHOT_COUNT", lines);
        Assert.Contains("server.raft.heartbeat_interval: 50ms  # f.yaml: server.raft.heartbeat_interval", lines);
        Assert.Contains("server.raft.election_timeout: 1s  # default", lines);
    }

    /// <summary>The file that SIGHUP reads again.</summary>
    [Theory]
    [InlineData(new[] { "--config-file=a" }, "b", "a")]
    [InlineData(new string[0], "b", "b")]
    [InlineData(new[] { "--config-file=" }, "b", null)]
    [InlineData(new string[0], null, null)]
    public void File_IsThatOfTheCommandLine_OrOfTheVariable(string[] arguments, string? variable, string? expected)
    {
        Hashtable environment = variable is null ? [] : new Hashtable { ["METASTORE_CONFIG_FILE"] = variable };
        Assert.Equal(expected, ConfigurationLoader.Load(arguments, environment, _ => TextReader.Null).File);
    }

    [Theory]
    [InlineData(StartCommand.Version, "--version", "--help", "--what-if", "--docs-markdown")]
    [InlineData(StartCommand.Help, "--what-if", "--docs-markdown", "-help")]
    [InlineData(StartCommand.Reference, "--what-if", "--docs-markdown")]
    [InlineData(StartCommand.WhatIf, "-what-if=true")]
    [InlineData(StartCommand.Run, "--help=false", "--version=0")]
    public void Command_OneOfSeveralQuestions_IsAnswered(StartCommand expected, params string[] arguments) =>
        Assert.Equal(expected, ConfigurationLoader.Load(arguments, new Hashtable(), _ => TextReader.Null).Command);
}
