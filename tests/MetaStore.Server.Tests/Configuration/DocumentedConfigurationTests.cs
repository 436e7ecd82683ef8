using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>configs/config.yaml is documentation: it must contain every setting with its default.</summary>
public sealed class DocumentedConfigurationTests
{
    private static readonly string ConfigFile = Path.Combine(RepositoryRoot(), "configs", "config.yaml");

    [Fact]
    public void ConfigYaml_AsShipped_LoadsWithoutErrorOrWarning()
    {
        ConfigurationResult result = Load();
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void ConfigYaml_AsShipped_HoldsEveryDefault()
    {
        MetaStoreOptions shipped = Load().Options;
        MetaStoreOptions defaults = ConfigurationLoader.Load([], new Hashtable(), _ => TextReader.Null).Options;
        foreach (Setting setting in SettingCatalogue.All)
        {
            Assert.Equal($"{setting.Path}={setting.Show(defaults)}", $"{setting.Path}={setting.Show(shipped)}");
        }
    }

    [Fact]
    public void ConfigYaml_AsShipped_NamesEverySettingAndItsMeaning()
    {
        string text = File.ReadAllText(ConfigFile);
        foreach (Setting setting in SettingCatalogue.All)
        {
            Assert.Contains($"{setting.Path.Split('.')[^1]}:", text, StringComparison.Ordinal);
            Assert.Contains(setting.Meaning, text, StringComparison.Ordinal);
        }
    }

    private static ConfigurationResult Load() =>
        ConfigurationLoader.Load(["--config-file", ConfigFile], new Hashtable(), file => new StreamReader(file));

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MetaStore.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("MetaStore.sln not found above the test");
    }
}
