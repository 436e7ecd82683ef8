namespace MetaStore.Server.Observability.Stages;

/// <summary>Time that the writes of the last ten seconds spent in one stage.</summary>
/// <param name="Stage">One of <see cref="WriteStages.Names"/>.</param>
/// <param name="Count">Writes.</param>
/// <param name="Median">Half of them took no longer; within 7 %.</param>
/// <param name="Slow">99 of 100 took no longer; within 7 %.</param>
internal readonly record struct StageSummary(string Stage, long Count, TimeSpan Median, TimeSpan Slow);
