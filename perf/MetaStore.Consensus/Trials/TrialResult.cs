namespace MetaStore.Consensus.Trials;

/// <summary>Result of one trial.</summary>
/// <param name="Acknowledged">Entries that the old leader acknowledged before it was killed.</param>
/// <param name="Lost">Those of them that did not come out of the new leader's log.</param>
internal sealed record TrialResult(long Acknowledged, long Lost)
{
    /// <summary>Counts what is missing.</summary>
    public static TrialResult Of(IEnumerable<long> acknowledged, IEnumerable<long> applied)
    {
        var there = applied.ToHashSet();
        long count = 0;
        long lost = 0;
        foreach (var id in acknowledged)
        {
            count++;
            lost += there.Contains(id) ? 0 : 1;
        }

        return new TrialResult(count, lost);
    }
}
