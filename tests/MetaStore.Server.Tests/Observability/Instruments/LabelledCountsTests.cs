using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>The values of these labels come from clients: any text, as many as they like, must leave the page readable and small.</summary>
public sealed class LabelledCountsTests
{
    private readonly LabelledCounts _counts = new("client_requests_total", "Requests.");

    [Fact]
    public void Add_CountsEachPairOfValues()
    {
        _counts.Add("type=\"unary\"", "version", "3.5");
        _counts.Add("type=\"unary\"", "version", "3.5");
        _counts.Add("type=\"stream\"", "version", "3.5");
        Assert.Equal([("type=\"stream\",version=\"3.5\"", 1.0), ("type=\"unary\",version=\"3.5\"", 2.0)], Samples());
    }

    [Fact]
    public void Add_WithoutASecondLabel_HasTheFirstOnly()
    {
        _counts.Add("type=\"unary\"");
        Assert.Equal([("type=\"unary\"", 1.0)], Samples());
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("\"} 1\nevil 1", "\\\"} 1\\nevil 1")]
    public void Value_IsEscaped(string value, string shown)
    {
        _counts.Add("a=\"1\"", "b", value);
        Assert.Equal($"a=\"1\",b=\"{shown}\"", Assert.Single(Samples()).Labels);
    }

    /// <summary>Prometheus refuses a whole page on which a series stands twice.</summary>
    [Fact]
    public void Values_ThatAreShownAlike_AreOneSeries()
    {
        string shown = new('x', 64);
        _counts.Add("a=\"1\"", "b", shown + "1");
        _counts.Add("a=\"1\"", "b", shown + "2");
        _counts.Add("a=\"1\"", "b", shown);
        Assert.Equal([($"a=\"1\",b=\"{shown}\"", 3.0)], Samples());
    }

    [Fact]
    public void ManyValues_AreCountedUnderOneName()
    {
        for (int i = 0; i < 1000; i++)
        {
            _counts.Add("a=\"1\"", "b", $"value {i}");
        }

        (string Labels, double Value)[] samples = Samples();
        Assert.Equal(65, samples.Length);
        Assert.Equal(1000, samples.Sum(sample => sample.Value));
        Assert.Contains(("a=\"1\",b=\"other\"", 936.0), samples);
    }

    private (string Labels, double Value)[] Samples()
    {
        var families = new MetricFamilies();
        _counts.Write(families);
        MetricFamily family = Assert.Single(families.All);
        Assert.Equal(("client_requests_total", "counter"), (family.Name, family.Type));
        return [.. family.Samples.Select(sample => (sample.Labels, sample.Value))];
    }
}
