namespace MetaStore.Server.Observability.Stages;

/// <summary>Time that the writes of the last ten seconds spent in one stage.</summary>
/// <param name="Stage">One of <see cref="WriteStages.Names"/>.</param>
/// <param name="Count">Number of writes.</param>
/// <param name="Median">Median; within 7 %.</param>
/// <param name="Slow">99th percentile; within 7 %.</param>
internal readonly record struct StageSummary(string Stage, long Count, TimeSpan Median, TimeSpan Slow);
