using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Configuration.Reference;

/// <summary>docs/configuration.md, the output of <c>metastore --docs-markdown</c>.</summary>
internal static class ConfigurationPage
{
    private const string Introduction = """
        # Configuration reference

        Every setting of `metastore`. This page is the output of `metastore --docs-markdown`; a test compares them. [configs/config.yaml](../configs/config.yaml) has the same settings as a file to
        start from, and `metastore --what-if` prints what is in effect on a machine and from where.

        A setting has a flag, two variables, a key in the tree of `configs/config.yaml`, and etcd's key, which is the flag without dashes in front. For the heartbeat:

        | place | form |
        |---|---|
        | command line | `--heartbeat-interval 100ms`, or with `=` |
        | environment | `METASTORE_HEARTBEAT_INTERVAL=100ms`, or `ETCD_HEARTBEAT_INTERVAL` |
        | file, own tree | `server:` / `raft:` / `heartbeat_interval: 100ms` |
        | file, etcd's keys | `heartbeat-interval: 100` (a bare number counts what etcd's does) |

        The command line comes before the environment, the environment before the file, and the file before the default. An empty value is the default. Unknown flags, keys and `METASTORE_` variables are
        errors, unknown `ETCD_` variables are warnings. All errors are reported at once, with the exit code 64.

        Durations are written 10us, 5ms, 1.5s, 1h30m; sizes 4096, 64KiB, 1MiB, 2GiB.

        **changes**: "restart" is read at the start only. "SIGHUP" is also read by a running member that was started with `--config-file`: on SIGHUP (`systemctl reload metastore`) it reads the
        file again and applies these; the log has one line for each change, and names what needs a restart.

        | flag without a setting | |
        |---|---|
        | `--config-file FILE`, `METASTORE_CONFIG_FILE` | the file |
        | `--what-if` | prints the effective configuration with its sources, and ends |
        | `--docs-markdown` | prints this page |
        | `--version`, `--help` | |
        """;

    /// <summary>The whole page.</summary>
    /// <param name="isLive">True for the flag of a setting that a running member takes on SIGHUP.</param>
    public static string Of(Func<string, bool> isLive)
    {
        var page = new StringWriter { NewLine = "\n" };
        page.WriteLine(Introduction.ReplaceLineEndings("\n"));
        ILookup<SettingSection, Setting> settings = SettingCatalogue.All.ToLookup(SettingSection.Of);
        foreach (SettingSection section in SettingSection.All)
        {
            Section(page, section, settings[section], isLive);
        }

        Foreign(page);
        return page.ToString();
    }

    private static void Section(StringWriter page, SettingSection section, IEnumerable<Setting> settings, Func<string, bool> isLive)
    {
        page.WriteLine($"\n## {section.Title}\n");
        if (section.Note.Length > 0)
        {
            page.WriteLine(section.Note + "\n");
        }

        page.WriteLine("| flag, variable, key | default | values | changes | meaning |");
        page.WriteLine("|---|---|---|---|---|");
        var defaults = new MetaStoreOptions();
        foreach (Setting setting in settings)
        {
            string names = $"`--{setting.Flag}`<br>`METASTORE_{setting.EnvironmentSuffix}`<br>`{setting.Path}`";
            string also = setting.Aliases.Count == 0 ? "" : $" Also `--{string.Join("`, `--", setting.Aliases)}`.";
            string initial = setting.Show(defaults) is { Length: > 0 } text ? $"`{Cell(text)}`" : "empty";
            page.WriteLine($"| {names} | {initial} | `{Cell(setting.Range)}` | {(isLive(setting.Flag) ? "SIGHUP" : "restart")} | {Plain(setting.Meaning)}{also} |");
        }
    }

    private static void Foreign(StringWriter page)
    {
        page.WriteLine("\n## Flags of etcd that do nothing here\n");
        page.WriteLine("An accepted one is a warning in the log; a refused one is an error unless its value switches it off.\n");
        page.WriteLine("| flag | | why |");
        page.WriteLine("|---|---|---|");
        foreach (ForeignFlag flag in ForeignFlags.All)
        {
            page.WriteLine($"| `--{flag.Name}` | {(flag.IsRefused ? "refused" : "accepted")} | {Plain(flag.Why)} |");
        }
    }

    private static string Cell(string text) => text.Replace("|", @"\|", StringComparison.Ordinal);

    /// <summary>Text that is not Markdown.</summary>
    private static string Plain(string text) => Cell(text).Replace("*", @"\*", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal);
}
