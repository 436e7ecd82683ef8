using System.Xml.Linq;
using MetaStore.Charts;

namespace MetaStore.Benchmarks.Tests;

/// <summary>Charts are drawn from results files, and those in the documentation are up to date.</summary>
public sealed class ChartTests
{
    private const string Results = """
        # A title

        - Machine: 2 cores
        - Load: 0.1 before the start.

        | load | mode | puts/s | against off | p50 us | against off |
        |---|---|---|---|---|---|
        | put, 1 in flight | off | 100 | 1.00 | 1,000 | 1.00 |
        | put, 1 in flight | dynamic & more | 110 | 1.10 | 900 | 0.90 |
        | put, 50 in flight | off | 2000 | 1.00 | 5 us | 1.00 |
        """;

    private static readonly ChartSpec Spec = new() { Image = "x.svg", From = "r.md", Title = "A < B", Unit = "puts/s", X = "load", Y = "puts/s", Series = "mode", Trim = "put, " };

    public static TheoryData<string> Images => [.. ChartList.Read(RepositoryRoot.Path).Select(spec => spec.Image)];

    [Theory]
    [MemberData(nameof(Images))]
    public void ImageOfTheDocumentation_IsWhatItsResultsGive(string image)
    {
        var spec = ChartList.Read(RepositoryRoot.Path).Single(chart => chart.Image == image);
        Assert.True(
            ChartList.Draw(RepositoryRoot.Path, spec) == File.ReadAllText(Path.Combine(RepositoryRoot.Path, image)),
            $"{image} is not what {spec.From} gives: run `make charts`");
    }

    [Fact]
    public void Results_ColumnsOfOneName_AreTakenInOrder()
    {
        var results = ResultsFile.Read(Results);
        Assert.Equal(3, results.Rows.Count);
        Assert.Equal("1.10", results.Rows[1]["against off"]);
        Assert.Equal("0.90", results.Rows[1]["against off 2"]);
        Assert.Equal("2 cores. 0.1 before the start", results.Summary);
    }

    [Fact]
    public void Data_PointsAndSeries_KeepTheTablesOrder_AndMissingOnesAreLeftOut()
    {
        var data = ChartData.Pick(Spec, ResultsFile.Read(Results));
        Assert.Equal(["1 in flight", "50 in flight"], data.Points);
        Assert.Equal(["off", "dynamic & more"], data.Series.Select(series => series.Name));
        Assert.Equal([100.0, 2000.0], data.Series[0].Values);
        Assert.Equal([110.0, null], data.Series[1].Values);
        Assert.Equal([1000.0, 5.0], ChartData.Pick(Spec with { Y = "p50 us" }, ResultsFile.Read(Results)).Series[0].Values);
    }

    [Fact]
    public void Data_ThatIsNotThere_IsAnErrorWithTheFilesName()
    {
        var results = ResultsFile.Read(Results);
        Assert.Contains("r.md has no rows with load, ops/s", Assert.Throws<InvalidDataException>(() => ChartData.Pick(Spec with { Y = "ops/s" }, results)).Message, StringComparison.Ordinal);
        Assert.Contains("mode = none", Assert.Throws<InvalidDataException>(() => ChartData.Pick(Spec with { Where = new() { ["mode"] = "none" } }, results)).Message, StringComparison.Ordinal);
        Assert.Contains("'off' in column mode", Assert.Throws<InvalidDataException>(() => ChartData.Pick(Spec with { Y = "mode" }, results)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lines", false)]
    [InlineData("lines", true)]
    [InlineData("bars", false)]
    public void Svg_IsWellFormed_NamesEverySeries_AndDrawsEveryValue(string kind, bool logarithmic)
    {
        var data = ChartData.Pick(Spec, ResultsFile.Read(Results));
        var svg = XDocument.Parse(ChartDrawing.Draw(Spec with { Kind = kind, Logarithmic = logarithmic }, data, "measured"));
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal("A < B", svg.Root!.Element(ns + "title")!.Value);
        Assert.Contains("dynamic & more: 1 in flight 110, 50 in flight none", svg.Root.Element(ns + "desc")!.Value, StringComparison.Ordinal);
        Assert.Contains(svg.Descendants(ns + "text"), text => text.Value == "dynamic & more");

        // One mark in the legend and one for each value.
        string[] marks = ["circle", "rect"];
        for (var series = 0; series < 2; series++)
        {
            var drawn = svg.Descendants().Where(element => marks.Contains(element.Name.LocalName) && (string?)element.Attribute("class") == $"mark s{series}").ToList();
            Assert.Equal(1 + data.Series[series].Values.Count(value => value.HasValue), drawn.Count);
        }
    }

    [Theory]
    [InlineData(new double[] { 3, 47_000 }, false, "0 10k 20k 30k 40k 50k")]
    [InlineData(new[] { 0.5, 1.0 }, false, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(new double[] { 118, 58_044 }, true, "100 1k 10k 100k")]
    public void Axis_HasRoundLines_AndHoldsAllValues(double[] values, bool logarithmic, string labels)
    {
        var axis = ValueAxis.For(values, logarithmic);
        Assert.Equal(labels, string.Join(' ', axis.Ticks.Select(ValueAxis.Label)));
        Assert.All(values, value => Assert.InRange(axis.At(value), 0, 1));
        Assert.Equal(1, axis.At(axis.Ticks[^1]), 9);
    }
}
