using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Tests.Observability.Instruments;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Page_OfEachKind_AsPrometheusReadsIt()
    {
        var families = new MetricFamilies();
        families.Single("up", "gauge", "Is up.", 1);
        families.Family("calls_total", "counter", "Calls.").Sample("calls_total", "code=\"OK\"", 3).Sample("calls_total", "code=\"Unknown\"", 1e16);
        var histogram = new Histogram([0.5, 1e6, 2_500_000], TimeSpan.FromSeconds(1));
        histogram.Add(TimeSpan.FromSeconds(0.25));
        histogram.Add(TimeSpan.FromSeconds(1));
        histogram.Add(TimeSpan.FromSeconds(1e7));
        families.Family("took_seconds", "histogram", "Time.").Buckets("took_seconds", "op=\"put\"", histogram);
        Assert.Equal(
            """
            # HELP up Is up.
            # TYPE up gauge
            up 1
            # HELP calls_total Calls.
            # TYPE calls_total counter
            calls_total{code="OK"} 3
            calls_total{code="Unknown"} 10000000000000000
            # HELP took_seconds Time.
            # TYPE took_seconds histogram
            took_seconds_bucket{op="put",le="0.5"} 1
            took_seconds_bucket{op="put",le="1e+06"} 2
            took_seconds_bucket{op="put",le="2.5e+06"} 2
            took_seconds_bucket{op="put",le="+Inf"} 3
            took_seconds_sum{op="put"} 10000001.25
            took_seconds_count{op="put"} 3

            """,
            PrometheusText.Of(families));
    }

    [Theory]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1, "1")]
    [InlineData(999_999, "999999")]
    [InlineData(1_000_000, "1e+06")]
    [InlineData(1_048_576, "1.048576e+06")]
    [InlineData(1_677_721.6, "1.6777216e+06")]
    [InlineData(10_000_000_000, "1e+10")]
    public void Bound_IsWrittenAsGoWritesIt(double bound, string text) => Assert.Equal(text, PrometheusText.BoundText(bound));

    /// <summary>The page and the instruments of a Meter must name the same series.</summary>
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a=\"1\"", new[] { "a", "1" })]
    [InlineData("a=\"1\",b=\"\"", new[] { "a", "1", "b", "" })]
    [InlineData("a=\"x,y=\\\"z\\\"\",b=\"\\\\\\n\"", new[] { "a", "x,y=\"z\"", "b", "\\\n" })]
    public void Labels_BecomeTags(string labels, string[] expected) =>
        Assert.Equal(expected, MetricLabels.Tags(labels).SelectMany(tag => new[] { tag.Key, (string)tag.Value! }));
}
