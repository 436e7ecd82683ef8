namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>Pages with one violation each, which the rules must report.</summary>
public sealed class PrometheusRulesTests
{
    private const string Good = """
        # HELP a_total Times.
        # TYPE a_total counter
        a_total{code="OK",way="\"in\""} 1
        a_total{code="Canceled",way="out"} 2
        # HELP b_seconds Time.
        # TYPE b_seconds histogram
        b_seconds_bucket{le="0.5"} 1
        b_seconds_bucket{le="1"} 3
        b_seconds_bucket{le="+Inf"} 4
        b_seconds_sum 2.5
        b_seconds_count 4

        """;

    [Fact]
    public void Broken_GoodPage_SaysNothing() => Assert.Empty(PrometheusRules.Broken(PrometheusFamily.Read(Good)));

    [Theory]
    [InlineData("Times.", "", "a_total: no help")]
    [InlineData("a_total", "a", "a: a counter without _total")]
    [InlineData("TYPE a_total counter", "TYPE a_total gauge", "a_total: _total, and no counter")]
    [InlineData("b_seconds", "b_milliseconds", "b_milliseconds: not a base unit: milliseconds")]
    [InlineData("b_seconds", "b_histogram", "b_histogram: the name says its type: histogram")]
    [InlineData("code=", "grpcCode=", "a_total: not in snake_case: grpcCode")]
    [InlineData("code=\"Canceled\",way=\"out\"", "code=\"OK\",way=\"\\\"in\\\"\"", "stands twice")]
    [InlineData("b_seconds_sum", "c_sum", "b_seconds: a sample of another family: c_sum")]
    [InlineData("\"} 1\na", "\"} -1\na", "a_total: a counter of -1")]
    [InlineData("+Inf", "2", "b_seconds: the last bucket is not +Inf")]
    [InlineData("le=\"0.5\"", "le=\"1.5\"", "b_seconds: bounds do not rise")]
    [InlineData("le=\"1\"} 3", "le=\"1\"} 5", "b_seconds: buckets are not cumulative")]
    [InlineData("b_seconds_count 4", "b_seconds_count 5", "b_seconds: _sum or _count is missing")]
    public void Broken_OneFault_IsNamed(string text, string instead, string fault) =>
        Assert.Contains(PrometheusRules.Broken(PrometheusFamily.Read(Good.Replace(text, instead, StringComparison.Ordinal))), what => what.Contains(fault, StringComparison.Ordinal));

    [Theory]
    [InlineData("# TYPE a_total counter\n", "")]
    [InlineData("# HELP a_total Times.\n", "")]
    [InlineData("counter", "count")]
    [InlineData("a_total{code=\"OK\",", "a_total{code=OK,")]
    [InlineData("b_seconds_sum 2.5", "b_seconds_sum 2,5 x")]
    [InlineData("b_seconds_sum 2.5", "")]
    public void Read_LineOutOfForm_IsRefused(string text, string instead)
    {
        string page = Good.Replace(text, instead, StringComparison.Ordinal);
        Assert.ThrowsAny<FormatException>(() => PrometheusRules.Broken(PrometheusFamily.Read(page)) is { Count: > 0 } broken ? throw new FormatException(broken[0]) : 0);
    }
}
