namespace MetaStore.Robustness.Soak;

/// <summary>A slope that outliers do not move: the median of the slopes of all pairs of points, with its 95 % interval from Kendall's statistic.</summary>
/// <param name="Slope">Per unit of x.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public readonly record struct TheilSen(double Slope, double Low, double High)
{
    private const double Normal95 = 1.96;

    /// <summary>Estimates the slope of at least two points with different x.</summary>
    /// <remarks>Source: Sen, Estimates of the regression coefficient based on Kendall's tau, 1968.</remarks>
    public static TheilSen Of(IReadOnlyList<(double X, double Y)> points)
    {
        var slopes = new List<double>(points.Count * points.Count / 2);
        for (int right = 1; right < points.Count; right++)
        {
            for (int left = 0; left < right; left++)
            {
                slopes.Add((points[right].Y - points[left].Y) / (points[right].X - points[left].X));
            }
        }

        slopes.Sort();
        double n = points.Count;
        double half = Normal95 * Math.Sqrt(n * (n - 1) * ((2 * n) + 5) / 18);
        int low = Math.Max(0, (int)Math.Floor((slopes.Count - half) / 2));
        int high = Math.Min(slopes.Count - 1, (int)Math.Ceiling((slopes.Count + half) / 2));
        int middle = slopes.Count / 2;
        double median = slopes.Count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
        return new TheilSen(median, slopes[low], slopes[high]);
    }
}
