using System.Globalization;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>The admission of one member.</summary>
internal sealed class AdmissionReport
{
    /// <param name="endpoint">host:port of the member.</param>
    /// <param name="answer">Settings and statistics.</param>
    public AdmissionReport(string endpoint, GetBatchingResponse answer)
    {
        Endpoint = endpoint;
        Statistics = answer.Clone();
        Statistics.Settings = null;
        Statistics.Stats = null;
    }

    public string Endpoint { get; }

    /// <summary>The member's response about admission.</summary>
    public GetBatchingResponse Statistics { get; }

    /// <summary>Names and values in display order.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        var (settings, stats) = (Statistics.AdmissionSettings, Statistics.Admission);
        if (settings is null || stats is null)
        {
            yield return ("admission", "not reported by this member");
            yield break;
        }

        yield return ("mode", AdmissionModeNames.Of(settings.Mode));
        yield return ("credits", $"{settings.MinCredits}..{settings.MaxCredits}, initially {settings.InitialCredits}, now {stats.Limit}");
        yield return ("in use", $"{stats.Held}, of them {stats.HeldEssential} essential ({settings.ReservedCredits} reserved); {Mebibytes(stats.HeldBytes)} of {Mebibytes(settings.MaxBytes)}");
        yield return ("waiting", $"{stats.Waiting} of {settings.MaxWaiting}; {Mebibytes(stats.WaitingBytes)} of {Mebibytes(settings.MaxWaitingBytes)}");
        yield return ("connections", $"{stats.Connections}; one holds at most {stats.MostHeldByOne}, may hold {Limit(settings.CreditsPerConnection)}");
        yield return ("longest wait", Milliseconds(settings.MaxWaitUs));
        yield return ("refill", $"{settings.RefillRate}/s, every {Milliseconds(settings.RefillIntervalUs)}");
        if (settings.Mode == AdmissionMode.Adaptive)
        {
            yield return ("latency ceiling", Milliseconds(settings.LatencyCeilingUs));
            yield return ("memory", FormattableString.Invariant($"{stats.MemoryLoad:0.00}, shrinks above {settings.MemoryThreshold:0.##}"));
        }

        yield return ("answered", FormattableString.Invariant($"{stats.Rate:0}/s"));
        yield return ("admitted", stats.TotalAdmitted.ToString(CultureInfo.InvariantCulture));
        yield return ("had to wait", stats.TotalWaited.ToString(CultureInfo.InvariantCulture));
        yield return ("refused", stats.TotalRefused.ToString(CultureInfo.InvariantCulture));
    }

    private static string Limit(int credits) => credits == 0 ? "all" : credits.ToString(CultureInfo.InvariantCulture);

    private static string Mebibytes(long bytes) => FormattableString.Invariant($"{bytes / 1048576.0:0.#}MiB");

    private static string Milliseconds(long microseconds) => FormattableString.Invariant($"{microseconds / 1000.0:0.###}ms");
}
