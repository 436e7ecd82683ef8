using MetaStore.Robustness.Soak;

namespace MetaStore.Robustness.Tests.Soak;

/// <summary>The slope that verdicts of a soak rest on.</summary>
public sealed class TheilSenTests
{
    [Fact]
    public void Slope_OfALine_IsExact()
    {
        TheilSen slope = TheilSen.Of([.. Enumerable.Range(0, 24).Select(x => ((double)x, 7 + (2.5 * x)))]);
        Assert.Equal(new TheilSen(2.5, 2.5, 2.5), slope);
    }

    [Fact]
    public void Slope_WithAFifthOfOutliers_IsStillTheLines()
    {
        (double, double)[] points = [.. Enumerable.Range(0, 25).Select(x => ((double)x, x % 5 == 4 ? 1e6 : 100 + (3.0 * x)))];
        Assert.Equal(3.0, TheilSen.Of(points).Slope, 6);
    }

    [Fact]
    public void Interval_OfNoise_HasZero_AndOfARiseInNoise_HasIt()
    {
        var random = new Random(4);
        int covered = 0;
        for (int round = 0; round < 200; round++)
        {
            TheilSen flat = TheilSen.Of([.. Enumerable.Range(0, 24).Select(x => ((double)x, random.NextDouble()))]);
            covered += flat.Low <= 0 && flat.High >= 0 ? 1 : 0;
        }

        Assert.InRange(covered, 180, 200); // 95 % of 200, and what chance adds
        TheilSen rise = TheilSen.Of([.. Enumerable.Range(0, 24).Select(x => ((double)x, (0.2 * x) + random.NextDouble()))]);
        Assert.InRange(0.2, rise.Low, rise.High);
        Assert.True(rise.Low > 0);
    }
}
