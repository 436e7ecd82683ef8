using System.CommandLine;
using System.CommandLine.Parsing;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Commands.Batching;

/// <summary>One flag for every field of <see cref="AdmissionSettings"/>, named as in the configuration. A flag that is given is sent, whatever its value.</summary>
internal static class AdmissionSettingFlags
{
    private static readonly (Option Flag, Action<ParseResult, AdmissionSettings> Assign)[] All =
    [
        Of<string>("--mode", "how the number of credits is chosen", (settings, name) => settings.Mode = AdmissionModeNames.Parse(name), "dynamic|fixed|adaptive"),
        Of<int>("--initial-credits", "credits at startup; mode fixed keeps this number", (settings, credits) => settings.InitialCredits = credits),
        Of<int>("--min-credits", "minimum number of credits", (settings, credits) => settings.MinCredits = credits),
        Of<int>("--max-credits", "maximum number of credits", (settings, credits) => settings.MaxCredits = credits),
        Of<int>("--credits-per-connection", "credits that one client connection may hold while others propose as well; 0: no limit", (settings, credits) => settings.CreditsPerConnection = credits),
        Of<int>("--reserved-credits", "additional credits reserved for lease revokes, compactions and alarms", (settings, credits) => settings.ReservedCredits = credits),
        Of<int>("--refill-rate", "growth of the number of credits, per second", (settings, rate) => settings.RefillRate = rate),
        OfTime("--refill-interval", "interval at which the load is checked, such as 50ms", (settings, time) => settings.RefillIntervalUs = time),
        Of<double>("--memory-threshold", "adaptive: memory usage above which credits shrink, as a fraction", (settings, share) => settings.MemoryThreshold = share),
        OfTime("--latency-ceiling", "adaptive: average response time above which credits shrink", (settings, time) => settings.LatencyCeilingUs = time),
        Of<long>("--max-bytes", "bytes of proposals that hold a credit", (settings, bytes) => settings.MaxBytes = bytes),
        OfTime("--max-wait", "longest wait for a credit", (settings, time) => settings.MaxWaitUs = time),
        Of<int>("--queue-proposals", "proposals that may wait for a credit", (settings, calls) => settings.MaxWaiting = calls),
        Of<long>("--queue-bytes", "bytes of proposals that may wait for a credit", (settings, bytes) => settings.MaxWaitingBytes = bytes),
    ];

    /// <summary>Adds the flags to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var (flag, _) in All)
        {
            command.Options.Add(flag);
        }
    }

    /// <summary>The settings in the arguments. Throws <see cref="UsageException"/> when there is none.</summary>
    public static AdmissionSettings Read(ParseResult parsed)
    {
        var settings = new AdmissionSettings();
        var given = All.Where(setting => parsed.GetResult(setting.Flag) is OptionResult { Implicit: false }).ToArray();
        foreach (var (_, assign) in given)
        {
            assign(parsed, settings);
        }

        return given.Length > 0 ? settings : throw new UsageException("nothing to set; see metactl admission set --help");
    }

    private static (Option Flag, Action<ParseResult, AdmissionSettings> Assign) Of<T>(string name, string description, Action<AdmissionSettings, T> assign, string? choices = null)
    {
        var flag = new Option<T>(name) { Description = description, HelpName = choices };
        return (flag, (parsed, settings) => assign(settings, parsed.GetValue(flag)!));
    }

    private static (Option Flag, Action<ParseResult, AdmissionSettings> Assign) OfTime(string name, string description, Action<AdmissionSettings, long> assign) =>
        Of<string>(name, description, (settings, text) => assign(settings, (long)Durations.Parse(text).TotalMicroseconds));
}
