using System.Globalization;
using System.Xml.Linq;
using MetaStore.Cli.Comparing.Reports.Html;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class ChartTests
{
    [Fact]
    public void Text_FromOutside_IsEncoded()
    {
        var svg = BarChart.Draw("id", "<title>", "a & b", [new ChartRow("g\"<", "l<b>", 1, 5, null, null, "<5>")]);
        var root = XElement.Parse(svg);
        Assert.Equal(("<title>", "a & b"), (Named(root, "title").Single().Value, Named(root, "desc").Single().Value));
        Assert.Equal(["g\"<", "l<b>", "<5>"], Named(root, "text").Select(text => text.Value));
        Assert.Contains("<th scope=\"row\" class=\"name\">&lt;i&gt;</th><td>&amp;</td>", Markup.Table("c", ["n", "v"], 1, [["<i>", "&"]]), StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_ShareTheScaleOfTheirGroup()
    {
        var root = XElement.Parse(BarChart.Draw("id", "t", "d", [Row("a", 100), Row("a", 50), Row("b", 3), Row("b", 0)]));
        Assert.Equal([420, 210, 420, 1.5], Named(root, "rect").Select(bar => Number(bar, "width")));
    }

    [Theory]
    [InlineData(0.9, 1.1)]
    [InlineData(0.02, 80.0)]
    public void Ratios_LieBetweenTheEdges_OneWhereItsLineIs(double low, double high)
    {
        var root = XElement.Parse(RatioChart.Draw("id", "t", "d", [Row("a", 1) with { Low = low, High = high }, Row("a", high)]));
        var one = Number(Assert.Single(Named(root, "line"), line => (string?)line.Attribute("class") == "one"), "x1");
        var dots = Named(root, "circle").Select(dot => Number(dot, "cx")).ToArray();
        Assert.Equal(one, dots[0], 0.11);
        var whisker = Assert.Single(Named(root, "line"), line => ((string?)line.Attribute("class"))!.StartsWith("whisker", StringComparison.Ordinal));
        Assert.Equal(dots[1], Number(whisker, "x2"), 0.11);
        Assert.All([.. dots, Number(whisker, "x1")], x => Assert.InRange(x, ChartFrame.Left, ChartFrame.Right));
        Assert.True(Number(whisker, "x1") < one && one < Number(whisker, "x2"));
    }

    private static ChartRow Row(string group, double value) => new(group, "l", 0, value, null, null, "f");

    private static IEnumerable<XElement> Named(XElement root, string name) => root.Descendants(name);

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
