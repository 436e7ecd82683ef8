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
        Of<string>("--mode", "dynamic, fixed or adaptive", (settings, name) => settings.Mode = AdmissionModeNames.Parse(name)),
        Of<int>("--initial-credits", "credits at the start, and always when fixed", (settings, credits) => settings.InitialCredits = credits),
        Of<int>("--min-credits", "never fewer credits", (settings, credits) => settings.MinCredits = credits),
        Of<int>("--max-credits", "never more credits", (settings, credits) => settings.MaxCredits = credits),
        Of<int>("--credits-per-connection", "credits that one client connection may hold while others propose as well; 0: no limit of its own", (settings, credits) => settings.CreditsPerConnection = credits),
        Of<int>("--reserved-credits", "credits on top for revokes of leases, compactions and alarms", (settings, credits) => settings.ReservedCredits = credits),
        Of<int>("--refill-rate", "how fast credits grow, per second", (settings, rate) => settings.RefillRate = rate),
        OfTime("--refill-interval", "time between two looks at the load, such as 50ms", (settings, time) => settings.RefillIntervalUs = time),
        Of<double>("--memory-threshold", "adaptive: share of the memory above which credits shrink", (settings, share) => settings.MemoryThreshold = share),
        OfTime("--latency-ceiling", "adaptive: average time to the answer above which credits shrink", (settings, time) => settings.LatencyCeilingUs = time),
        Of<long>("--max-bytes", "bytes of proposals that have a credit", (settings, bytes) => settings.MaxBytes = bytes),
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

    /// <summary>The settings that the words name. Throws <see cref="UsageException"/> when there is none.</summary>
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

    private static (Option Flag, Action<ParseResult, AdmissionSettings> Assign) Of<T>(string name, string description, Action<AdmissionSettings, T> assign)
    {
        var flag = new Option<T>(name) { Description = description };
        return (flag, (parsed, settings) => assign(settings, parsed.GetValue(flag)!));
    }

    private static (Option Flag, Action<ParseResult, AdmissionSettings> Assign) OfTime(string name, string description, Action<AdmissionSettings, long> assign) =>
        Of<string>(name, description, (settings, text) => assign(settings, (long)Durations.Parse(text).TotalMicroseconds));
}
