using MetaStore.Server.Configuration.Reference;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>docs/configuration.md is generated, and has every setting.</summary>
public sealed class ConfigurationReferenceTests
{
    private static readonly string Page = ConfigurationPage.Of(LiveSettings.Contains);

    /// <summary>After a change of settings: <c>metastore --docs-markdown > docs/configuration.md</c>.</summary>
    [Fact]
    public void Page_IsTheCatalogue() => Assert.Equal(File.ReadAllText(Path.Combine(Programs.SourceTree, "docs", "configuration.md")), Page);

    [Fact]
    public void EverySetting_HasOneRow_WithItsNamesAndItsChange()
    {
        foreach (Setting setting in SettingCatalogue.All)
        {
            string row = Assert.Single(Page.Split('\n'), line => line.StartsWith($"| `--{setting.Flag}`<br>", StringComparison.Ordinal));
            Assert.Contains($"<br>`METASTORE_{setting.EnvironmentSuffix}`<br>`{setting.Path}` |", row, StringComparison.Ordinal);
            Assert.Contains(LiveSettings.Contains(setting.Flag) ? "| SIGHUP |" : "| restart |", row, StringComparison.Ordinal);
            Assert.Equal(6, row.Replace(@"\|", "", StringComparison.Ordinal).Count(at => at == '|'));
        }
    }

    [Fact]
    public void ASettingOfATreeWithoutASection_IsRefused() => Assert.Throws<InvalidOperationException>(
        () => SettingSection.Of(SettingCatalogue.All[0] with { Path = "server.unknown.key" }));
}
