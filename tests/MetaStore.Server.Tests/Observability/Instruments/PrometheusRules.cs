using System.Globalization;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>The rules of the text format, and the conventions of <c>promtool check metrics</c>.</summary>
internal static class PrometheusRules
{
    private static readonly HashSet<string> OtherUnits =
    [
        "milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "days", "kilobytes", "megabytes", "gigabytes", "kibibytes", "mebibytes", "bits",
        "percent", "ms", "us", "ns", "sec", "kb", "mb", "gb",
    ];

    private static readonly HashSet<string> TypeNames = ["counter", "gauge", "histogram", "summary"];

    /// <summary>All violations, as "name: what".</summary>
    internal static IReadOnlyList<string> Broken(IReadOnlyList<PrometheusFamily> families) =>
    [
        .. families.CountBy(family => family.Name).Where(name => name.Value > 1).Select(name => $"{name.Key}: stands twice"),
        .. families.SelectMany(family => family.Samples).CountBy(sample => sample.Series).Where(series => series.Value > 1).Select(series => $"{series.Key}: stands twice"),
        .. families.SelectMany(family => OfNames(family).Concat(OfSamples(family)).Select(what => $"{family.Name}: {what}")),
    ];

    private static IEnumerable<string> OfNames(PrometheusFamily family)
    {
        string[] words = family.Name.Split('_');
        if (family.Help.Length == 0)
        {
            yield return "no help";
        }

        if ((family.Type == "counter") != family.Name.EndsWith("_total", StringComparison.Ordinal))
        {
            yield return family.Type == "counter" ? "a counter without _total" : "_total, and no counter";
        }

        if (words.FirstOrDefault(OtherUnits.Contains) is { } unit)
        {
            yield return $"not a base unit: {unit}";
        }

        if (words.FirstOrDefault(TypeNames.Contains) is { } type)
        {
            yield return $"the name says its type: {type}";
        }

        if (family.Name.Contains(':', StringComparison.Ordinal))
        {
            yield return "colons are for recording rules";
        }

        foreach (string name in family.Samples.SelectMany(sample => sample.Labels.Keys).Append(family.Name).Distinct().Where(name => name.Any(char.IsUpper)))
        {
            yield return $"not in snake_case: {name}";
        }
    }

    private static IEnumerable<string> OfSamples(PrometheusFamily family)
    {
        string[] names = family.Type == "histogram" ? [family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"] : [family.Name];
        foreach (string foreign in family.Samples.Select(sample => sample.Name).Except(names))
        {
            yield return $"a sample of another family: {foreign}";
        }

        if (family.Type == "counter" && family.Samples.FirstOrDefault(sample => sample.Value < 0 || double.IsNaN(sample.Value)) is { } negative)
        {
            yield return $"a counter of {negative.Value}";
        }

        if (family.Type != "histogram" && family.Samples.Any(sample => sample.Labels.ContainsKey("le")))
        {
            yield return "le on what is no histogram";
        }

        if (family.Type == "histogram" && OfHistogram(family) is { } wrong)
        {
            yield return wrong;
        }
    }

    /// <summary>Checks the histogram of each set of labels.</summary>
    private static string? OfHistogram(PrometheusFamily family) => family.Samples
        .GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Key != "le").Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal)))
        .Select(series => OfSeries(family.Name, [.. series])).FirstOrDefault(wrong => wrong is not null);

    private static string? OfSeries(string name, PrometheusSample[] samples)
    {
        PrometheusSample[] buckets = [.. samples.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal))];
        if (buckets.Length == 0 || buckets[^1].Labels.GetValueOrDefault("le") != "+Inf")
        {
            return "the last bucket is not +Inf";
        }

        double[] bounds = [.. buckets[..^1].Select(bucket => double.Parse(bucket.Labels["le"], CultureInfo.InvariantCulture))];
        if (!bounds.SequenceEqual(bounds.Order()))
        {
            return "bounds do not rise";
        }

        if (!buckets.Select(bucket => bucket.Value).SequenceEqual(buckets.Select(bucket => bucket.Value).Order()))
        {
            return "buckets are not cumulative";
        }

        return samples.Count(sample => sample.Name == name + "_sum") == 1
            && samples.SingleOrDefault(sample => sample.Name == name + "_count")?.Value == buckets[^1].Value
            ? null
            : "_sum or _count is missing, or _count is not the last bucket";
    }
}
