using System.CommandLine;
using System.Diagnostics;
using System.Text;
using MetaStore.Cli.BatchViews;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Traffic;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Commands.Operations;

/// <summary><c>metactl top</c>: which prefixes are written to, how often and how much, live.</summary>
internal static class TopCommand
{
    /// <summary>Prefixes counted apart in one interval.</summary>
    private const int MostPrefixes = 10_000;

    private static readonly Option<string> Prefix = new("--prefix") { Description = "only keys with this prefix", DefaultValueFactory = _ => string.Empty };

    private static readonly Option<int> Depth = new("--depth") { Description = "parts of a key that are shown as its prefix", DefaultValueFactory = _ => 2 };

    private static readonly Option<string> Separator = new("--separator") { Description = "character that ends a part of a key", DefaultValueFactory = _ => "/" };

    private static readonly DurationOption Interval = new("--interval") { Description = "refresh interval, 100ms to 1m", DefaultValueFactory = _ => "2s" };

    private static readonly Option<int> Count = new("--count") { Description = "number of refreshes; 0 continues until Ctrl-C" };

    private static readonly Option<int> RowCount = new("--rows") { Description = "prefixes shown", DefaultValueFactory = _ => 20 };

    public static Command Build()
    {
        var command = new Command(
            "top",
            "Shows which prefixes are written, how often and how much, from a watch of the keys; servers have no figures by prefix for reads, nor say who writes, so neither is shown")
        {
            VerbWords.Ignored(), Prefix, Depth, Separator, Interval, Count, RowCount,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var interval = Durations.Parse(parsed.GetValue(Interval)!);
        var separator = Encoding.UTF8.GetBytes(parsed.GetValue(Separator)!);
        if (parsed.Plain().Length > 0 || parsed.GetValue(Depth) < 1 || parsed.GetValue(RowCount) < 1 || parsed.GetValue(Count) < 0 || separator.Length != 1)
        {
            throw new UsageException("top takes no arguments; --depth and --rows must be at least 1, --count not negative, --separator one ASCII character");
        }

        if (interval < TimeSpan.FromMilliseconds(100) || interval > TimeSpan.FromMinutes(1))
        {
            throw new UsageException("--interval must be from 100ms to 1m");
        }

        var format = GlobalOptions.Format(parsed);
        if (format == OutputFormat.Fields)
        {
            throw new UsageException("fields not supported as output format; write simple or json", ExitCodes.BadFeature);
        }

        var counter = new TrafficCounter(separator[0], parsed.GetValue(Depth), MostPrefixes);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = new TrafficWatch(client, KeyRange.Prefix(ByteWords.BytesOf(parsed.GetValue(Prefix)!)), counter);
        var counting = watch.RunAsync(end.Token);
        var showing = ShowAsync();
        var ended = await Task.WhenAny(counting, showing);
        await end.CancelAsync();
        await Task.WhenAll(counting, showing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the next line throws the relevant failure
        await ended;
        return ExitCodes.Ok;

        async Task ShowAsync()
        {
            await watch.WaitUntilConfirmedAsync(GlobalOptions.Timeout(parsed), end.Token);
            await ShowIntervalsAsync(counter, interval, parsed.GetValue(Count), parsed.GetValue(RowCount), format == OutputFormat.Json, end.Token);
        }
    }

    private static async Task ShowIntervalsAsync(TrafficCounter counter, TimeSpan interval, int looks, int rows, bool isJson, CancellationToken cancellation)
    {
        using var screen = !isJson && Terminal.OutSize is not null && Variables.Get("TERM") is not (null or "" or "dumb") ? new Screen() : null;
        var clock = Stopwatch.StartNew();
        for (var look = 1; looks == 0 || look <= looks; look++)
        {
            await Task.Delay(interval, cancellation);
            var (traffic, seconds) = (counter.Take(), clock.Elapsed.TotalSeconds);
            clock.Restart();
            if (isJson)
            {
                Terminal.Out.WriteLine(TrafficLines.Json(traffic, seconds, rows));
            }
            else if (screen is not null)
            {
                var size = Terminal.OutSize ?? TerminalSize.Usual;
                screen.Draw([.. TrafficLines.Text(traffic, seconds, Math.Min(rows, size.Rows - 2)).Select(line => line.Length > size.Columns ? line[..size.Columns] : line)]);
            }
            else
            {
                foreach (var line in TrafficLines.Text(traffic, seconds, rows))
                {
                    Terminal.Out.WriteLine(line);
                }
            }
        }
    }
}
