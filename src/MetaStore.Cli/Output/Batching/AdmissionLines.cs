using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output.Batching;

/// <summary>How many proposals the member admits at once, and how many waited or were rejected.</summary>
internal static class AdmissionLines
{
    public static IEnumerable<string> Of(AdmissionSettings? settings, AdmissionStats? stats)
    {
        if (settings is null && stats is null)
        {
            yield break;
        }

        yield return string.Empty;
        if (settings is not null)
        {
            var own = settings.CreditsPerConnection > 0 ? $"{settings.CreditsPerConnection} for a connection beside others" : "shared fairly";
            yield return SettingLines.Line("admission", $"{settings.Mode.ToString().ToLowerInvariant()}, {settings.MinCredits}..{settings.MaxCredits} credits, {own}, {settings.ReservedCredits} reserved");
        }

        if (stats is not null)
        {
            yield return SettingLines.Line("credits", $"{stats.Held} of {stats.Limit} in use ({Rows.Bytes(stats.HeldBytes)}), {stats.MostHeldByOne} at most by one of {stats.Connections} connections");
            yield return SettingLines.Line("calls", $"{stats.Waiting} waiting; {stats.TotalAdmitted} admitted, {stats.TotalWaited} after a wait, {stats.TotalRefused} refused");
            yield return SettingLines.Line("pressure", $"{Figures.Number(stats.Rate)} answered/s, memory {stats.MemoryLoad:0.00}");
        }
    }
}
