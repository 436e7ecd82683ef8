using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Etcd;

/// <summary>Every flag, variable and key of etcd 3.4 to 3.7 is accepted, accepted with a warning, or rejected with an alternative, as in docs/compatibility.md.</summary>
public sealed class EtcdNamesTests
{
    private const string File = "etcd.yaml";
    private const string TableBegins = "<!-- settings of etcd: made by EtcdNamesTests, METASTORE_REWRITE=1 -->";
    private const string TableEnds = "<!-- end of the settings -->";

    private static readonly string[] Commands = ["version", "config-file", "config"];
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "compatibility.md");

    public static TheoryData<string> Flags => [.. EtcdName.All.Where(name => name.IsFlag && !Commands.Contains(name.Name)).Select(name => name.Name)];

    public static TheoryData<string> Keys => [.. EtcdName.All.Where(name => name.IsKey).Select(name => name.Name)];

    [Theory]
    [MemberData(nameof(Flags))]
    public void Flag_AndItsVariable_AreKnown(string name)
    {
        foreach (string value in ValuesOf(name))
        {
            Judge(name, value, "--" + name, Load([$"--{name}={value}"], new Hashtable(), ""));
            string variable = "ETCD_" + name.Replace('-', '_').ToUpperInvariant();
            Judge(name, value, variable, Load([], new Hashtable { [variable] = value }, ""));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_OfTheFile_IsKnown(string key)
    {
        EtcdName name = EtcdName.All.Single(name => name.Name == key);
        string flag = name.IsInTree ? FlagOf(name) : key;
        foreach (string value in ValuesOf(flag))
        {
            string yaml = name.IsInTree ? $"{name.Parts.Tree}:\n  {name.Parts.Key}: '{value}'" : $"{key}: '{value}'";
            Judge(flag, value, $"{File}: {key}", Load(["--config-file", File], new Hashtable(), key.EndsWith("-security", StringComparison.Ordinal) || key is "socket-options" ? $"{key}:" : yaml));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_OfADuration_CountsNanosecondsAndTakesText(string key)
    {
        if (!SettingCatalogue.ByFlag.TryGetValue(key, out Setting? setting) || !setting.CountsNanosecondsInFiles)
        {
            return;
        }

        Assert.True(Durations.TryParse(setting.Example, null, out TimeSpan value));
        foreach (string text in (string[])[setting.Example, $"{value.Ticks * 100}"])
        {
            ConfigurationResult result = Load(["--config-file", File], new Hashtable(), $"{key}: {text}");
            Assert.DoesNotContain(result.Errors, error => error.Where.Contains(key, StringComparison.Ordinal));
            Assert.Equal(setting.Example, setting.Show(result.Options));
        }
    }

    [Fact]
    public void Table_InCompatibility_SaysWhatTheParserDoes()
    {
        string text = System.IO.File.ReadAllText(Page);
        int begins = text.IndexOf(TableBegins, StringComparison.Ordinal);
        int ends = text.IndexOf(TableEnds, StringComparison.Ordinal);
        Assert.True(begins >= 0 && ends > begins, "docs/compatibility.md has no table of settings");
        string made = $"{TableBegins}\n| setting of etcd | in | here |\n|---|---|---|\n{string.Concat(EtcdName.All.Select(Row))}";
        string expected = text[..begins] + made + text[ends..];
        if (Environment.GetEnvironmentVariable("METASTORE_REWRITE") == "1")
        {
            System.IO.File.WriteAllText(Page, expected);
            return;
        }

        Assert.Equal(expected, text);
    }

    private static string Row(EtcdName name) =>
        $"| {(name.IsFlag && !name.IsInTree ? "--" : "")}{name.Name} | {string.Join(' ', name.Versions)} | {Verdict(name)} |\n";

    private static string Verdict(EtcdName name)
    {
        string flag = name.IsInTree ? FlagOf(name) : name.Name;
        string prefix = name.IsInTree ? $"as --{flag}: " : "";
        if (Commands.Contains(flag) || flag.EndsWith("-transport-security", StringComparison.Ordinal) || flag is "socket-options")
        {
            return flag is "config" ? "taken as --config-file; etcd ignores it" : "taken";
        }

        if (flag == EtcdSpellings.FeatureGates)
        {
            return "each gate as its flag: " + string.Join(", ", EtcdSpellings.KnownGates);
        }

        if (flag == EtcdSpellings.Debug)
        {
            return "taken, as --log-level=debug";
        }

        return SettingCatalogue.ByFlag.TryGetValue(flag, out Setting? setting)
            ? prefix + (setting.Flag == flag ? "taken" : $"taken, as --{setting.Flag}")
            : ForeignFlags.Find(flag) is { } foreign
                ? prefix + (foreign.IsRefused ? $"refused: {foreign.Why}" : $"no effect, with a warning: {foreign.Why}")
                : throw new InvalidOperationException($"{name.Name} is not known");
    }

    /// <summary>The flag for a key in a section.</summary>
    private static string FlagOf(EtcdName name)
    {
        (string tree, string key) = name.Parts;
        return (tree, key) switch
        {
            ("client-transport-security", "allowed-cn" or "allowed-hostname") => "client-cert-" + key,
            ("peer-transport-security", "allowed-cn" or "allowed-hostname") => "peer-cert-" + key,
            ("client-transport-security", _) => key,
            ("peer-transport-security", _) => "peer-" + key,
            _ => "socket-" + key,
        };
    }

    private static IEnumerable<string> ValuesOf(string flag) => flag switch
    {
        EtcdSpellings.FeatureGates => ["InitialCorruptCheck=true"],
        "initial-cluster" => ["default=http://localhost:2380"],
        "initial-advertise-peer-urls" => ["http://localhost:2380"],
        "enable-log-rotation" => ["false"],
        _ when SettingCatalogue.ByFlag.TryGetValue(flag, out Setting? setting) => [setting.Example],
        _ => ["true", ""],
    };

    /// <summary>Asserts that the parser handled a value: it is in the options, or there is a warning, or an error with a reason.</summary>
    private static void Judge(string flag, string value, string where, ConfigurationResult result)
    {
        Assert.DoesNotContain(result.Errors, error => error.Why.StartsWith("is not a flag", StringComparison.Ordinal) || error.Why.StartsWith("is not a setting", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Warnings, warning => warning.StartsWith("unrecognized", StringComparison.Ordinal));
        if (SettingCatalogue.ByFlag.TryGetValue(flag, out Setting? setting))
        {
            Assert.Equal(where, result.Sources[setting.Flag]);
            Assert.DoesNotContain(result.Errors, error => error.Where == where && error.Value == value);
        }
        else if (ForeignFlags.Find(flag) is { } foreign && value.Length > 0)
        {
            if (foreign.IsRefused)
            {
                Assert.Contains(foreign.Why, Assert.Single(result.Errors).Why, StringComparison.Ordinal);
            }
            else
            {
                Assert.Contains(result.Warnings, warning => warning == $"{where} has no effect: {foreign.Why}");
            }
        }
    }

    private static ConfigurationResult Load(string[] arguments, Hashtable environment, string yaml) =>
        ConfigurationLoader.Load(arguments, environment, _ => new StringReader(yaml));
}
