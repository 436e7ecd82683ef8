using System.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl batch status | on | off | set</c>: the proposal batcher of every member, or of the endpoints given.</summary>
internal static class BatchCommand
{
    private static readonly Option<bool> EndpointsOnly = new("--endpoints-only") { Description = "only the endpoints given, not every member", Recursive = true };

    public static Command Build()
    {
        var status = new Command("status", "Settings and statistics");
        status.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, null, cancellation), hasTable: true);

        var on = new Command("on", "Switches batching on (policy dynamic)");
        on.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, new BatchSettings { Policy = BatchPolicy.Dynamic }, cancellation), hasTable: true);

        var off = new Command("off", "Switches batching off: every proposal is its own log entry");
        off.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, new BatchSettings { Policy = BatchPolicy.Off }, cancellation), hasTable: true);

        var set = new Command("set", "Changes single settings");
        BatchSettingFlags.AddTo(set);
        set.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, BatchSettingFlags.Read(parsed), cancellation), hasTable: true);

        return new Command("batch", "The proposal batcher, looked at and changed while the cluster runs") { EndpointsOnly, status, on, off, set };
    }

    private static async Task<int> ReportAsync(ParseResult parsed, MetaStoreClient client, BatchSettings? change, CancellationToken cancellation)
    {
        var endpoints = parsed.GetValue(EndpointsOnly) ? GlobalOptions.EndpointList(parsed) : await Endpoint.OfClusterAsync(client, cancellation);
        var reports = await Task.WhenAll(endpoints.Select(async endpoint =>
        {
            using var member = client.At(endpoint.Address);
            if (change is not null)
            {
                await member.Batching.SetAsync(change, cancellation);
            }

            return new BatchingReport(endpoint.Name, await member.Batching.GetAsync(cancellation));
        }));
        Printer.For(parsed).Batching(reports);
        return ExitCodes.Ok;
    }
}
