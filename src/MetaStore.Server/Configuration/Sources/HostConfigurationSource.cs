using MetaStore.Server.Configuration.Settings;
using Microsoft.Extensions.Configuration;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>A configuration section of a .NET host, in the form of a configuration file: one tree under <c>server</c>, flag names, or both.</summary>
/// <remarks>Keys are case-insensitive, as usual in .NET; a list is a value with commas.</remarks>
internal static class HostConfigurationSource
{
    /// <summary>Reads the section; all errors are added to <paramref name="errors"/>.</summary>
    public static List<RawSetting> Read(IConfiguration section, List<ConfigurationError> errors)
    {
        var settings = new List<RawSetting>();
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string key = child.Key.ToLowerInvariant();
            if (key == "server")
            {
                ReadTree(key, child, settings, errors);
            }
            else if (EtcdSpellings.IsKnown(key))
            {
                Add(key, child, settings, errors);
            }
            else
            {
                errors.Add(new ConfigurationError(child.Path, child.Value, "is not a setting" + Suggestions.For(key), null));
            }
        }

        return settings;
    }

    private static void ReadTree(string path, IConfigurationSection node, List<RawSetting> settings, List<ConfigurationError> errors)
    {
        if (SettingCatalogue.ByPath.TryGetValue(path, out Setting? setting))
        {
            Add(setting.Flag, node, settings, errors);
        }
        else if (SettingCatalogue.ByPath.Keys.Any(candidate => candidate.StartsWith(path + ".", StringComparison.Ordinal)) && string.IsNullOrEmpty(node.Value))
        {
            foreach (IConfigurationSection child in node.GetChildren())
            {
                ReadTree($"{path}.{child.Key.ToLowerInvariant()}", child, settings, errors);
            }
        }
        else
        {
            errors.Add(new ConfigurationError(node.Path, node.Value, "is not a setting" + Suggestions.For(path, "server."), null));
        }
    }

    private static void Add(string flag, IConfigurationSection node, List<RawSetting> settings, List<ConfigurationError> errors)
    {
        IConfigurationSection[] items = [.. node.GetChildren()];
        if (items.Any(item => item.Value is null || !int.TryParse(item.Key, out _)))
        {
            errors.Add(new ConfigurationError(node.Path, null, "is a tree, but one value is expected", null));
        }
        else
        {
            settings.Add(new RawSetting(flag, items.Length == 0 ? node.Value ?? "" : string.Join(',', items.Select(item => item.Value)), node.Path));
        }
    }
}
