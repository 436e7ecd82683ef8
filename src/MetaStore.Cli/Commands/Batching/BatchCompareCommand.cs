using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Comparing;
using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Reports;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Verdicts;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Commands.Batching;

/// <summary><c>metactl batch compare</c>: compares batched with unbatched puts on the running cluster, with a verdict.</summary>
internal static class BatchCompareCommand
{
    private const int CallersMax = 100_000;

    /// <summary>Counted puts take a time that is not known before.</summary>
    private const int RoundsOfPuts = 7;

    /// <summary>Time to finish puts, to restore the settings of every member, including unreachable ones, and to delete the keys.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(20);

    private static readonly ListOption Modes = new("--modes")
    {
        Description = $"modes to compare with off, comma separated: {string.Join(", ", ComparedMode.All.Skip(1).Select(mode => mode.Name))} or all",
        DefaultValueFactory = _ => "fixed,classic,dynamic",
    };

    private static readonly ListOption Loads = new("--loads")
    {
        Description = "callers of each load, each with one put in flight; 'never slower' is said when at each of them the 95 % interval of the ratio begins at "
            + FormattableString.Invariant($"{1 - Findings.Margin} or above, does not lie below 1, and no median latency is shown to be {100 * Findings.Margin} % higher"),
        DefaultValueFactory = _ => "1,50,256,1000",
    };

    private static readonly ListOption ValueSizes = new("--value-sizes") { Description = "bytes of a value, such as 100,1KiB,10KiB", DefaultValueFactory = _ => "256" };

    private static readonly DurationOption Duration = new("--duration")
    {
        Description = "time of all measurements, fixed in advance; a load whose interval is wider gets more of it", DefaultValueFactory = _ => "75s",
    };

    private static readonly Option<int> Rounds = new("--rounds") { Description = "rounds of all modes under each load, however long they take, in place of --duration; an interval needs 3" };

    private static readonly Option<double> Seconds = new("--seconds") { Description = "measured time of one mode before the next one is switched on", DefaultValueFactory = _ => 0.1 };

    private static readonly Option<int> Puts = new("--puts") { Description = "puts of each caller in one measurement, in place of --seconds; 7 rounds unless --rounds is given" };

    private static readonly Option<long> Seed = new("--seed") { Description = "of the order, the values and the intervals", DefaultValueFactory = _ => 1 };

    private static readonly Option<string> Target = new("--target")
    {
        Description = "where puts go: leader, or all members in turn", DefaultValueFactory = _ => "leader", HelpName = "leader|all",
    };

    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "prefix of the keys; none may exist before, and all are deleted afterwards",
        DefaultValueFactory = _ => "/metactl/batch-compare/",
    };

    private static readonly Option<string> ReportFile = new("--report") { HelpName = "file", Description = "also writes the report as one HTML file" };

    private static readonly Option<bool> Compact = new("--compact")
    {
        Description = "compacts the history of all keys, including those of other clients, before each load, so that long comparisons do not fill the members",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "measures even if machine or cluster are busy; the report says so" };

    public static Command Build()
    {
        var command = new CleaningCommand("compare", "Measures batched and unbatched puts, reports which is faster, and restores all settings", CleanUp)
        {
            Modes, Loads, ValueSizes, Duration, Rounds, Seconds, Puts, Seed, Target, Prefix, ReportFile, Compact, Force,
        };
        command.SetAction(RunAsync, hasTable: true);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var format = GlobalOptions.Format(parsed);
        if (format == OutputFormat.Fields)
        {
            throw new UsageException("fields not supported as output format; write simple, table or json", ExitCodes.BadFeature);
        }

        var request = Read(parsed);
        var path = parsed.GetValue(ReportFile);
        if (path is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new UsageException($"--report {path}: there is no such directory");
        }

        var endpoints = parsed.GetValue(BatchCommand.EndpointsOnly) ? GlobalOptions.EndpointList(parsed) : await Endpoint.OfClusterAsync(client, cancellation);
        var report = await ClusterComparison.RunAsync(client, endpoints, request, cancellation);
        if (path is not null)
        {
            await File.WriteAllTextAsync(path, HtmlReport.Of(report), CancellationToken.None);
        }

        foreach (var line in format == OutputFormat.Json ? [JsonReport.Text(report)] : TextReport.Lines(report))
        {
            Terminal.Out.WriteLine(line);
        }

        return report.Comparison.Failed == 0 && report.IsRestored ? ExitCodes.Ok : ExitCodes.Error;
    }

    private static ComparisonRequest Read(ParseResult parsed)
    {
        var puts = parsed.GetValue(Puts) is >= 0 and var each ? each : throw new UsageException("--puts must be at least 1");
        int? rounds = parsed.GetResult(Rounds) is { Implicit: false }
            ? parsed.GetValue(Rounds) is >= 1 and <= 1000 and var given ? given : throw new UsageException("--rounds must be from 1 to 1000")
            : puts > 0 ? RoundsOfPuts : null;
        var plan = new ComparisonPlan
        {
            Modes = ComparedMode.ParseList(parsed.GetValue(Modes)!),
            Callers = Sizes.ParseCounts("--loads", parsed.GetValue(Loads)!, CallersMax),
            ValueSizes = Sizes.ParseList(parsed.GetValue(ValueSizes)!),
            Rounds = rounds,
            Budget = Durations.Parse(parsed.GetValue(Duration)!) is var time && time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromDays(1)
                ? time
                : throw new UsageException("--duration must be from 1s to 24h"),
            Measured = parsed.GetValue(Seconds) is >= 0.01 and <= 600 and var seconds ? TimeSpan.FromSeconds(seconds) : throw new UsageException("--seconds must be from 0.01 to 600"),
            PutsPerCaller = puts,
            Seed = (ulong)parsed.GetValue(Seed),
        };
        var load = new LoadOptions
        {
            Prefix = parsed.GetValue(Prefix) is { Length: > 0 } prefix ? prefix : throw new UsageException("--prefix must not be empty: all keys with it are deleted"),
            Spreads = parsed.GetValue(Target) switch
            {
                "leader" => false,
                "all" => true,
                var other => throw new UsageException($"--target: '{other}' is neither leader nor all"),
            },
            Compacts = parsed.GetValue(Compact),
            Pace = Math.Min(1, plan.Measured.TotalSeconds / 0.1),
        };
        return new ComparisonRequest(plan, load, parsed.GetValue(Force));
    }
}
