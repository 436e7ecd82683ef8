namespace MetaStore.Cli.Comparing.Running;

/// <summary>What batchers have counted.</summary>
/// <param name="Proposals">Proposals that left for the log.</param>
/// <param name="Entries">Log entries they were packed into.</param>
internal readonly record struct BatcherTotals(long Proposals, long Entries)
{
    /// <summary>Between two moments.</summary>
    public static BatcherTotals operator -(BatcherTotals later, BatcherTotals earlier) => new(later.Proposals - earlier.Proposals, later.Entries - earlier.Entries);
}
