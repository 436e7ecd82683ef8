using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output.Batching;

/// <summary>The batcher of one member.</summary>
/// <param name="Endpoint">host:port of the member.</param>
/// <param name="Answer">Settings and statistics; null when it did not respond.</param>
/// <param name="Error">Why it did not.</param>
internal sealed record BatchingReport(string Endpoint, GetBatchingResponse? Answer, string? Error)
{
    /// <summary>Lines in display order, at most 80 characters each; empty without a response.</summary>
    public IEnumerable<string> Lines() => Answer is null
        ? []
        : SettingLines.Of(Answer.Settings, Answer.Stats).Concat(StatisticLines.Of(Answer.Stats)).Concat(AdmissionLines.Of(Answer.AdmissionSettings, Answer.Admission));
}
