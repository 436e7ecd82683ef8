using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Tests.Observability.Metrics;

/// <summary>The samples that a part of the page writes.</summary>
internal static class ShownMetrics
{
    /// <summary>The lines of the page, without those that describe.</summary>
    public static string[] Of(Action<MetricFamilies> write)
    {
        var families = new MetricFamilies();
        write(families);
        return [.. PrometheusText.Of(families).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
    }

    /// <summary>The value of one series.</summary>
    public static double Value(Action<MetricFamilies> write, string series) => double.Parse(
        Assert.Single(Of(write), line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
