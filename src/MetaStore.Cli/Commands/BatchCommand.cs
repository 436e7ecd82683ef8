using System.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Client;
using MetaStore.V1;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl batch status | on | off | set</c>: the proposal batcher of every member, or of the endpoints given.</summary>
internal static class BatchCommand
{
    private static readonly Option<bool> EndpointsOnly = new("--endpoints-only") { Description = "only the endpoints given, not every member", Recursive = true };

    private static readonly Option<string?> Policy = new("--policy") { Description = "dynamic, fixed, throughput, target or off" };

    private static readonly Option<int?> MinSize = new("--min-batch-size") { Description = "fewest proposals the dynamic policy waits for" };

    private static readonly Option<int?> MaxSize = new("--max-batch-size") { Description = "most proposals in one log entry" };

    private static readonly Option<string?> MinTimeout = new("--min-timeout") { Description = "shortest wait of the dynamic policy, such as 5ms" };

    private static readonly Option<string?> MaxTimeout = new("--max-timeout") { Description = "longest wait of the dynamic policy, such as 20ms" };

    private static readonly Option<double?> Threshold = new("--load-threshold") { Description = "load above which size and timeout grow faster, 0 to 1" };

    private static readonly Option<bool?> WhenIdle = new("--flush-when-idle") { Description = "send at once while the log is idle (true or false)" };

    private static readonly Option<int?> Depth = new("--pipeline-depth") { Description = "batches between propose and commit below which the log counts as idle" };

    private static readonly Option<string?> Compression = new("--compression") { Description = "none, gzip, snappy, lz4 or zstd" };

    public static Command Build()
    {
        var status = new Command("status", "Settings and statistics");
        status.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, null, cancellation));

        var on = new Command("on", "Switches batching on (policy dynamic)");
        on.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, new BatchSettings { Policy = BatchPolicy.Dynamic }, cancellation));

        var off = new Command("off", "Switches batching off: every proposal is its own log entry");
        off.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, new BatchSettings { Policy = BatchPolicy.Off }, cancellation));

        var set = new Command("set", "Changes single settings") { Policy, MinSize, MaxSize, MinTimeout, MaxTimeout, Threshold, WhenIdle, Depth, Compression };
        set.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, Settings(parsed), cancellation));

        return new Command("batch", "The proposal batcher, looked at and changed while the cluster runs") { EndpointsOnly, status, on, off, set };
    }

    private static async Task<int> ReportAsync(ParseResult parsed, MetaStoreClient client, BatchSettings? change, CancellationToken cancellation)
    {
        var endpoints = parsed.GetValue(EndpointsOnly) ? GlobalOptions.EndpointList(parsed) : await client.Cluster.EndpointsAsync(cancellation);
        var reports = await Task.WhenAll(endpoints.Select(async endpoint =>
        {
            using var member = client.At(endpoint);
            if (change is not null)
            {
                await member.Batching.SetAsync(change, cancellation);
            }

            return new BatchingReport(endpoint.Authority, await member.Batching.GetAsync(cancellation));
        }));
        Printer.For(parsed).Batching(reports);
        return ExitCodes.Ok;
    }

    private static BatchSettings Settings(ParseResult parsed)
    {
        var settings = new BatchSettings();
        Set(parsed.GetValue(Policy), name => settings.Policy = PolicyNames.Parse(name));
        Set(parsed.GetValue(MinSize), size => settings.MinBatchSize = size);
        Set(parsed.GetValue(MaxSize), size => settings.MaxBatchSize = size);
        Set(parsed.GetValue(MinTimeout), text => settings.MinTimeoutUs = Microseconds(text));
        Set(parsed.GetValue(MaxTimeout), text => settings.MaxTimeoutUs = Microseconds(text));
        Set(parsed.GetValue(Threshold), share => settings.LoadThreshold = share);
        Set(parsed.GetValue(WhenIdle), idle => settings.FlushWhenIdle = idle);
        Set(parsed.GetValue(Depth), depth => settings.PipelineDepth = depth);
        Set(parsed.GetValue(Compression), name => settings.Compression = Enum.TryParse<BatchCompression>(name, ignoreCase: true, out var kind)
            ? kind
            : throw new UsageException($"unknown compression '{name}'; write none, gzip, snappy, lz4 or zstd"));
        return settings.Equals(new BatchSettings()) ? throw new UsageException("nothing to set; see metactl batch set --help") : settings;
    }

    private static long Microseconds(string text) => (long)Durations.Parse(text).TotalMicroseconds;

    private static void Set<T>(T? value, Action<T> assign)
        where T : class
    {
        if (value is not null)
        {
            assign(value);
        }
    }

    private static void Set<T>(T? value, Action<T> assign)
        where T : struct
    {
        if (value is { } given)
        {
            assign(given);
        }
    }
}
