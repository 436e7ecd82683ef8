using System.Globalization;
using MetaStore.Batching.SettingTable;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>Creates <see cref="Setting"/>s of each kind. Every parser rejects with a reason that names the permitted values.</summary>
internal static class SettingKinds
{
    public static Setting Text(
        string flag, string path, string meaning, string example, Func<MetaStoreOptions, string> get, Action<MetaStoreOptions, string> set) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = "text",
            Example = example,
            Assign = (options, text) =>
            {
                set(options, text);
                return null;
            },
            Show = get,
        };

    public static Setting Choice(
        string flag, string path, string meaning, string[] choices, Func<MetaStoreOptions, string> get, Action<MetaStoreOptions, string> set) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = string.Join(" | ", choices),
            Example = choices[0],
            Assign = (options, text) =>
            {
                if (!choices.Contains(text, StringComparer.Ordinal))
                {
                    return "is not one of " + string.Join(", ", choices);
                }

                set(options, text);
                return null;
            },
            Show = get,
        };

    public static Setting Switch(string flag, string path, string meaning, Func<MetaStoreOptions, bool> get, Action<MetaStoreOptions, bool> set) => new()
    {
        Flag = flag,
        Path = path,
        Meaning = meaning,
        Range = "true | false",
        Example = "true",
        IsSwitch = true,
        Assign = (options, text) =>
        {
            switch (text)
            {
                case "1" or "t" or "T" or "true" or "TRUE" or "True":
                    set(options, true);
                    return null;
                case "0" or "f" or "F" or "false" or "FALSE" or "False":
                    set(options, false);
                    return null;
                default:
                    return "is neither true nor false";
            }
        },
        Show = options => get(options) ? "true" : "false",
    };

    public static Setting Whole(
        string flag, string path, string meaning, long min, long max, Func<MetaStoreOptions, long> get, Action<MetaStoreOptions, long> set) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
            Example = get(new MetaStoreOptions()).ToString(CultureInfo.InvariantCulture),
            Assign = (options, text) =>
            {
                if (!GoIntegers.TryParse(text, out long value))
                {
                    return "is not an integer";
                }

                if (value < min || value > max)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"is outside {min} to {max}");
                }

                set(options, value);
                return null;
            },
            Show = options => get(options).ToString(CultureInfo.InvariantCulture),
        };

    public static Setting Bytes(
        string flag, string path, string meaning, long min, long max, Func<MetaStoreOptions, long> get, Action<MetaStoreOptions, long> set) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = $"size, {ByteSizes.Format(min)} to {ByteSizes.Format(max)}",
            Example = ByteSizes.Format(get(new MetaStoreOptions())),
            Assign = (options, text) =>
            {
                if (!ByteSizes.TryParse(text, out long value))
                {
                    return "is not a size such as 1048576, 512KiB or 1MiB";
                }

                if (value < min || value > max)
                {
                    return $"is outside {ByteSizes.Format(min)} to {ByteSizes.Format(max)}";
                }

                set(options, value);
                return null;
            },
            Show = options => ByteSizes.Format(get(options)),
        };

    public static Setting Fraction(
        string flag, string path, string meaning, Func<MetaStoreOptions, double> get, Action<MetaStoreOptions, double> set) =>
        Number(flag, path, meaning, 0, 1, get, set);

    public static Setting Number(
        string flag, string path, string meaning, double min, double max, Func<MetaStoreOptions, double> get, Action<MetaStoreOptions, double> set) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = $"{SettingText.Number(min)} to {SettingText.Number(max)}",
            Example = SettingText.Number(get(new MetaStoreOptions())),
            Assign = (options, text) =>
            {
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value >= min && value <= max))
                {
                    return $"is not a number from {SettingText.Number(min)} to {SettingText.Number(max)}";
                }

                set(options, value);
                return null;
            },
            Show = options => SettingText.Number(get(options)),
        };

    /// <summary>A duration; <paramref name="bareUnit"/> is the unit of a bare integer (etcd counts heartbeats in milliseconds).</summary>
    public static Setting Duration(
        string flag, string path, string meaning, string min, string max, Func<MetaStoreOptions, TimeSpan> get, Action<MetaStoreOptions, TimeSpan> set,
        TimeSpan? bareUnit = null)
    {
        _ = Durations.TryParse(min, null, out TimeSpan least);
        _ = Durations.TryParse(max, null, out TimeSpan most);
        return new Setting
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = $"duration, {min} to {max}" + (bareUnit == TimeSpan.FromMilliseconds(1) ? "; a bare number counts milliseconds" : ""),
            Example = Durations.Format(get(new MetaStoreOptions())),
            CountsNanosecondsInFiles = bareUnit is null,
            Assign = (options, text) =>
            {
                if (!Durations.TryParse(text, bareUnit, out TimeSpan value))
                {
                    return "is not a duration such as 100ms, 5s or 1h30m";
                }

                if (value < least || value > most)
                {
                    return $"is outside {min} to {max}";
                }

                set(options, value);
                return null;
            },
            Show = options => Durations.Format(get(options)),
        };
    }

    /// <summary>Words separated by commas; duplicates are removed.</summary>
    public static Setting Words(
        string flag, string path, string meaning, string example, Func<MetaStoreOptions, string[]> get, Action<MetaStoreOptions, string[]> set) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = "words, several with commas",
            Example = example,
            Assign = (options, text) =>
            {
                set(options, [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)]);
                return null;
            },
            Show = options => string.Join(',', get(options)),
        };

    public static Setting Urls(
        string flag, string path, string meaning, Func<MetaStoreOptions, EndpointUrl[]> get, Action<MetaStoreOptions, EndpointUrl[]> set,
        UrlSchemes schemes = UrlSchemes.Web) => new()
        {
            Flag = flag,
            Path = path,
            Meaning = meaning,
            Range = RangeOf(schemes),
            Example = "http://127.0.0.1:2379",
            Assign = (options, text) =>
            {
                var urls = new List<EndpointUrl>();
                foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    if (!EndpointUrl.TryParse(part, schemes, out EndpointUrl? url, out string? why))
                    {
                        return "is refused: " + why;
                    }

                    urls.Add(url);
                }

                if (urls.Count == 0)
                {
                    return "is empty";
                }

                set(options, [.. urls]);
                return null;
            },
            Show = options => string.Join(',', get(options).Select(url => url.Text)),
        };

    private static string RangeOf(UrlSchemes schemes) =>
        "http://host:port or https://host:port" + (schemes.HasFlag(UrlSchemes.Sockets) ? ", unix://path or unixs://path" : "") + ", several with commas";
}
