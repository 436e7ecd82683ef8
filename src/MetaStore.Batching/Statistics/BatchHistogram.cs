namespace MetaStore.Batching.Statistics;

/// <summary>Counts by bucket, each bucket up to and including its bound.</summary>
/// <param name="UpperBounds">Ascending; the last bucket has no bound and follows them.</param>
/// <param name="Counts">One more than there are bounds.</param>
/// <param name="Sum">Sum of all values, in the unit of the bounds.</param>
public sealed record BatchHistogram(IReadOnlyList<double> UpperBounds, IReadOnlyList<long> Counts, double Sum)
{
    /// <summary>Number of values.</summary>
    public long Total => Counts.Sum();
}
