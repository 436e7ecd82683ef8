using System.CommandLine;
using MetaStore.Cli.BatchViews;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Commands.Batching;

/// <summary><c>metactl batch watch</c>: live view of the batchers of all members.</summary>
internal static class BatchWatchCommand
{
    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IntervalMax = TimeSpan.FromMinutes(1);

    private static readonly DurationOption Interval = new("--interval") { Description = "refresh interval, 100ms to 1m", DefaultValueFactory = _ => "1s" };

    private static readonly Option<int> Count = new("--count") { Description = "number of refreshes; 0 continues until Ctrl-C" };

    public static Command Build()
    {
        var command = new Command("watch", "Load, size, timeout, throughput and latency of every member, live; one line per refresh when the output is not a terminal") { Interval, Count };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var interval = Durations.Parse(parsed.GetValue(Interval)!);
        if (interval < IntervalMin || interval > IntervalMax)
        {
            throw new UsageException("--interval must be from 100ms to 1m");
        }

        if (parsed.GetValue(Count) < 0)
        {
            throw new UsageException("--count must not be negative");
        }

        var format = GlobalOptions.Format(parsed);
        if (format == OutputFormat.Fields)
        {
            throw new UsageException("fields not supported as output format; write simple or json", ExitCodes.BadFeature);
        }

        var endpoints = parsed.GetValue(BatchCommand.EndpointsOnly) ? GlobalOptions.EndpointList(parsed) : await Endpoint.OfClusterAsync(client, cancellation);
        await new BatchWatch(endpoints, interval, parsed.GetValue(Count)).RunAsync(client, format == OutputFormat.Json, cancellation);
        return ExitCodes.Ok;
    }
}
