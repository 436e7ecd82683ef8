namespace MetaStore.Cli.Comparing.Running;

/// <summary>Counters of batchers.</summary>
/// <param name="Proposals">Proposals sent to the log.</param>
/// <param name="Entries">Log entries that contained them.</param>
internal readonly record struct BatcherTotals(long Proposals, long Entries)
{
    /// <summary>The difference between two times.</summary>
    public static BatcherTotals operator -(BatcherTotals later, BatcherTotals earlier) => new(later.Proposals - earlier.Proposals, later.Entries - earlier.Entries);
}
