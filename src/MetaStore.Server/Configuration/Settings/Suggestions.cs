using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>Suggests the intended name for a misspelt one.</summary>
internal static class Suggestions
{
    /// <summary>"; did you mean X?" or an empty string.</summary>
    public static string For(string name, string prefix = "--")
    {
        IEnumerable<string> known = prefix == "server." ? SettingCatalogue.ByPath.Keys : SettingCatalogue.ByFlag.Keys.Concat(ForeignFlags.All.Select(flag => flag.Name)).Concat(EtcdSpellings.All);
        (int distance, string best) = known.Select(candidate => (Distance(name, candidate), candidate)).Min();
        if (distance > Math.Max(2, name.Length / 3))
        {
            return "";
        }

        string shown = prefix switch
        {
            "server." => best,
            "--" => "--" + best,
            _ => prefix + best.Replace('-', '_').ToUpperInvariant(),
        };
        return $"; did you mean {shown}?";
    }

    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int kept = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = kept;
            }
        }

        return row[^1];
    }
}
