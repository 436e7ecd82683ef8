using System.Globalization;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>A configuration file in our own form (one tree under <c>server:</c>), in etcd's (flag names at the top level), or both.</summary>
internal static class YamlSource
{
    /// <summary>etcd's sections, and the prefix of their keys in flag names.</summary>
    private static readonly Dictionary<string, string> EtcdSections = new(StringComparer.Ordinal)
    {
        ["client-transport-security"] = "",
        ["peer-transport-security"] = "peer-",
        ["socket-options"] = "socket-",
    };

    /// <summary>Keys of those sections whose flags have other names.</summary>
    private static readonly Dictionary<string, string> FlagsOfSectionKeys = new(StringComparer.Ordinal)
    {
        ["allowed-cn"] = "client-cert-allowed-cn",
        ["allowed-hostname"] = "client-cert-allowed-hostname",
        ["peer-allowed-cn"] = "peer-cert-allowed-cn",
        ["peer-allowed-hostname"] = "peer-cert-allowed-hostname",
    };

    /// <summary>etcd's section for discovery, which is rejected unless it is empty.</summary>
    private const string DiscoverySection = "discovery-config";

    /// <summary>Reads a file; all errors are added to <paramref name="errors"/>.</summary>
    public static List<RawSetting> Read(string file, TextReader reader, List<ConfigurationError> errors)
    {
        var settings = new List<RawSetting>();
        var yaml = new YamlStream();
        try
        {
            string text = reader.ReadToEnd();
            YamlNesting.Check(text);
            yaml.Load(new StringReader(text));
        }
        catch (YamlException broken)
        {
            errors.Add(new ConfigurationError($"{file}:{broken.Start.Line}:{broken.Start.Column}", null, "is not YAML: " + broken.Message, null));
            return settings;
        }
        catch (ArgumentException)
        {
            // Of YamlDotNet, for a nested line without a key; its text is about its own parser.
            errors.Add(new ConfigurationError(file, null, "is not YAML; is a key missing before a colon?", null));
            return settings;
        }
        catch (InvalidOperationException broken)
        {
            // Of YamlDotNet's scanner, for some flow mappings that do not end.
            errors.Add(new ConfigurationError(file, null, "is not YAML: " + broken.Message, null));
            return settings;
        }

        if (yaml.Documents.Count == 0)
        {
            return settings;
        }

        if (yaml.Documents[0].RootNode is not YamlMappingNode root)
        {
            errors.Add(new ConfigurationError(file, null, "does not hold keys and values", "server: { name: node1 }"));
            return settings;
        }

        foreach ((YamlNode keyNode, YamlNode value) in root.Children)
        {
            string key = keyNode.ToString();
            if (key == "server")
            {
                ReadTree(file, "server", value, settings, errors);
            }
            else if (EtcdSections.TryGetValue(key, out string? prefix))
            {
                ReadSection(file, key, prefix, value, settings, errors);
            }
            else if (key == DiscoverySection && value is YamlMappingNode discovery)
            {
                string text = string.Join(' ', discovery.AllNodes.OfType<YamlScalarNode>().Select(node => node.Value));
                settings.Add(new RawSetting(DiscoverySection, discovery.Children.Count == 0 ? "" : text, $"{file}: {key}"));
            }
            else
            {
                ReadFlag(file, key, key, value, settings, errors);
            }
        }

        return settings;
    }

    private static void ReadTree(string file, string path, YamlNode node, List<RawSetting> settings, List<ConfigurationError> errors)
    {
        bool known = SettingCatalogue.ByPath.TryGetValue(path, out Setting? setting);
        if (known)
        {
            if (TryText(node, out string text))
            {
                settings.Add(new RawSetting(setting!.Flag, text, $"{file}: {path}"));
            }
            else
            {
                errors.Add(new ConfigurationError($"{file}: {path}", null, "is a tree, but one value is expected", setting!.Example));
            }
        }
        else if (node is YamlMappingNode tree && SettingCatalogue.ByPath.Keys.Any(candidate => candidate.StartsWith(path + ".", StringComparison.Ordinal)))
        {
            foreach ((YamlNode key, YamlNode value) in tree.Children)
            {
                ReadTree(file, $"{path}.{key}", value, settings, errors);
            }
        }
        else if (node is not YamlScalarNode { Value: null or "" } || !SettingCatalogue.ByPath.Keys.Any(candidate => candidate.StartsWith(path + ".", StringComparison.Ordinal)))
        {
            errors.Add(new ConfigurationError($"{file}:{node.Start.Line}: {path}", null, "is not a setting" + Suggestions.For(path, "server."), null));
        }
    }

    private static void ReadSection(string file, string section, string prefix, YamlNode node, List<RawSetting> settings, List<ConfigurationError> errors)
    {
        if (node is YamlMappingNode tree)
        {
            foreach ((YamlNode key, YamlNode value) in tree.Children)
            {
                string flag = FlagsOfSectionKeys.GetValueOrDefault(prefix + key, prefix + key);
                ReadFlag(file, flag, $"{section}.{key}", value, settings, errors);
            }
        }
        else if (!TryText(node, out string text) || text.Length > 0)
        {
            errors.Add(new ConfigurationError($"{file}:{node.Start.Line}: {section}", text, "is one value, but a tree is expected", null));
        }
    }

    private static void ReadFlag(string file, string flag, string shown, YamlNode node, List<RawSetting> settings, List<ConfigurationError> errors)
    {
        if (!TryText(node, out string text))
        {
            errors.Add(new ConfigurationError($"{file}: {shown}", null, "is a tree, but one value is expected", null));
        }
        else if (EtcdSpellings.IsKnown(flag))
        {
            settings.Add(new RawSetting(flag, AsFlagsHaveIt(flag, node, text), $"{file}: {shown}"));
        }
        else
        {
            errors.Add(new ConfigurationError($"{file}:{node.Start.Line}: {shown}", null, "is not a setting" + Suggestions.For(flag), null));
        }
    }

    /// <summary>etcd writes durations as integers of nanoseconds in a file, and accepts YAML 1.1's words for true and false.</summary>
    private static string AsFlagsHaveIt(string flag, YamlNode node, string text)
    {
        if (SettingCatalogue.ByFlag.TryGetValue(flag, out Setting? setting) && setting.CountsNanosecondsInFiles && GoIntegers.TryParse(text, out long nanoseconds))
        {
            return nanoseconds.ToString(CultureInfo.InvariantCulture) + "ns";
        }

        return node is YamlScalarNode { Style: ScalarStyle.Plain } && EtcdSpellings.IsSwitch(flag)
            ? text.ToLowerInvariant() switch
            {
                "yes" or "on" or "y" => "true",
                "no" or "off" or "n" => "false",
                _ => text,
            }
            : text;
    }

    private static bool TryText(YamlNode node, out string text)
    {
        text = node switch
        {
            YamlScalarNode { Value: "null" or "~", Style: ScalarStyle.Plain } => "",
            YamlScalarNode scalar => scalar.Value ?? "",
            YamlSequenceNode list => string.Join(',', list.Children.OfType<YamlScalarNode>().Select(item => item.Value)),
            _ => "",
        };
        return node is YamlScalarNode || (node is YamlSequenceNode sequence && sequence.Children.All(item => item is YamlScalarNode));
    }
}
