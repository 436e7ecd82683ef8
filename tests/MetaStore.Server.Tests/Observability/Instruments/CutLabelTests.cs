using System.Text;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>Prometheus refuses a page on which a series stands twice: values of clients that differ must differ in its bytes too.</summary>
public sealed class CutLabelTests
{
    private static readonly string Before = new('x', 63);

    private readonly LabelledCounts _counts = new("client_requests_total", "Requests.");

    /// <summary>The first halves of different characters would both be written as the replacement.</summary>
    [Fact]
    public void ValuesThatAreCutInsideOfACharacter_AreOneSeries()
    {
        _counts.Add("a=\"1\"", "b", Before + "\ud83d\ude00");
        _counts.Add("a=\"1\"", "b", Before + "\ud834\udd1e");
        _counts.Add("a=\"1\"", "b", Before);
        Assert.Equal([$"client_requests_total{{a=\"1\",b=\"{Before}\"}} 3"], Series());
    }

    [Fact]
    public void CharacterThatFits_IsKeptWhole()
    {
        _counts.Add("a=\"1\"", "b", Before[..62] + "\ud83d\ude00" + "rest");
        Assert.Equal([$"client_requests_total{{a=\"1\",b=\"{Before[..62]}\ud83d\ude00\"}} 1"], Series());
    }

    [Fact]
    public async Task ManyThreadsWithManyValues_StayWithinTheBound_AndLoseNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                _counts.Add("a=\"1\"", "b", $"{thread} {i}");
            }
        })));
        string[] series = Series();
        Assert.InRange(series.Length, 64, 64 + 5);
        Assert.Equal(2000, series.Sum(line => int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(series.Length, series.Select(line => line[..line.LastIndexOf(' ')]).Distinct().Count());
    }

    /// <summary>The lines of the page as their bytes are read.</summary>
    private string[] Series()
    {
        var families = new MetricFamilies();
        _counts.Write(families);
        string page = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(PrometheusText.Of(families)));
        return [.. page.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
    }
}
