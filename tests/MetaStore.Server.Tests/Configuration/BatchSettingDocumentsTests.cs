using System.Text;
using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using MetaStore.Server.Tests.Configuration.Etcd;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>docs/batching-settings.md and the section <c>batch</c> of configs/config.yaml are generated from the table of settings. METASTORE_REWRITE=1 writes them.</summary>
public sealed class BatchSettingDocumentsTests
{
    private const int FlagColumn = 102;
    private const int RoomBeforeFlag = 100;

    [Fact]
    public void Page_HoldsTheTable() => Check(
        "docs/batching-settings.md", "<!-- settings: made by BatchSettingDocumentsTests, METASTORE_REWRITE=1 -->\n", "<!-- end of the settings -->",
        $"| Key | Flag of metastore | Flag of metactl batch set | Field of Batching.Set | Range | Default | Read by | Effect |\n|---|---|---|---|---|---|---|---|\n{string.Concat(BatchSettingTable.All.Select(Row))}");

    [Fact]
    public void ConfigYaml_HoldsTheTree() => Check("configs/config.yaml", "      enable: true\n", "\n\n", Tree());

    private static string Row(BatchSetting row) =>
        $"| {row.Key} | --{row.Flag} | --{row.ControlFlag} | {row.Field} | {BatchSettingTable.RangeOf(row).Replace("|", "\\|", StringComparison.Ordinal)} | {row.Default} | {Policies(row)} | {row.Meaning} |\n";

    private static string Policies(BatchSetting row) => row.ReadBy.Count == Enum.GetValues<BatchPolicyKind>().Length ? "all"
        : row.ReadBy.Count == Enum.GetValues<BatchPolicyKind>().Length - 1 && !row.ReadBy.Contains(BatchPolicyKind.Off) ? "all but off"
        : string.Join(", ", row.ReadBy).ToLowerInvariant();

    private static string Tree()
    {
        var text = new StringBuilder();
        string group = "";
        foreach (BatchSetting row in BatchSettingTable.All)
        {
            string[] parts = row.Key.Split('.');
            string indent = parts.Length == 1 ? "      " : "        ";
            if (parts.Length > 1 && parts[0] != group)
            {
                group = parts[0];
                text.Append("      ").Append(group).Append(":\n");
            }

            string range = BatchSettingTable.RangeOf(row);
            string line = $"{indent}# {row.Meaning} {range}";
            if (line.Length > RoomBeforeFlag)
            {
                text.Append(indent).Append("# ").Append(row.Meaning).Append('\n');
                line = $"{indent}# {range}";
            }

            text.Append(line.PadRight(FlagColumn)).Append("--").Append(row.Flag).Append('\n');
            text.Append(indent).Append(parts[^1]).Append(": ").Append(row.Default).Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    private static void Check(string file, string begins, string ends, string made)
    {
        string path = Path.Combine(Repository.Root, file);
        string text = File.ReadAllText(path);
        int from = text.IndexOf(begins, StringComparison.Ordinal) + begins.Length;
        int to = text.IndexOf(ends, from, StringComparison.Ordinal);
        Assert.True(from >= begins.Length && to >= from, $"{file} has no place for the settings");
        string expected = text[..from] + made + text[to..];
        if (Environment.GetEnvironmentVariable("METASTORE_REWRITE") == "1")
        {
            File.WriteAllText(path, expected);
            return;
        }

        Assert.Equal(expected, text);
    }
}
