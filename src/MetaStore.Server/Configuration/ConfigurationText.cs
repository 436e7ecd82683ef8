using System.Globalization;
using System.Text;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration;

/// <summary>The output of <c>--help</c>, <c>--version</c>, <c>--what-if</c> and configuration errors.</summary>
internal static class ConfigurationText
{
    public static string Help()
    {
        var text = new StringBuilder("Usage: metastore [flags]\n\n");
        text.Append("A replicated key-value store with the etcd v3 API.\n");
        text.Append("Every flag can also be set as METASTORE_<NAME> or ETCD_<NAME> in the environment and as a key in --config-file.\n");
        text.Append("Precedence: command line, environment, file, default.\n\n");
        text.Append("  --config-file FILE\n      YAML in the shape of configs/config.yaml, or with etcd's keys.\n");
        text.Append("  --what-if\n      Print the effective configuration, with sources, and exit.\n");
        text.Append("  --docs-markdown\n      Print the reference of all settings as Markdown, and exit.\n");
        text.Append("  --version\n  --help\n\n");
        var defaults = new MetaStoreOptions();
        foreach (Setting setting in SettingCatalogue.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  --{setting.Flag} '{setting.Show(defaults)}'\n      {setting.Meaning} [{setting.Range}]\n");
            if (setting.Aliases.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"      also --{string.Join(", --", setting.Aliases)}\n");
            }
        }

        text.Append("\nFlags of etcd that are accepted and have no effect:\n");
        foreach (ForeignFlag flag in ForeignFlags.All.Where(flag => !flag.IsRefused))
        {
            text.Append("  --").Append(flag.Name).Append('\n');
        }

        return text.ToString();
    }

    public static string Version() =>
        $"etcd Version: {Versions.Announced}\nMetaStore Version: {Versions.Product}\nRuntime: .NET {Environment.Version}\n";

    public static string WhatIf(ConfigurationResult result)
    {
        var text = new StringBuilder();
        foreach (Setting setting in SettingCatalogue.All)
        {
            string source = result.Sources.GetValueOrDefault(setting.Flag, "default");
            text.Append(CultureInfo.InvariantCulture, $"{setting.Path}: {setting.Show(result.Options)}  # {source}\n");
        }

        return text.ToString();
    }

    public static string Errors(IReadOnlyList<ConfigurationError> errors)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"metastore: {errors.Count} configuration error{(errors.Count == 1 ? "" : "s")}\n");
        foreach (ConfigurationError error in errors)
        {
            text.Append("  ").Append(error).Append('\n');
        }

        return text.ToString();
    }
}
