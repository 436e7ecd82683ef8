using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Commands.Batching;

/// <summary><c>metactl admission status | set</c>: back-pressure of every member, or of the endpoints given.</summary>
internal static class AdmissionCommand
{
    private static readonly Option<bool> EndpointsOnly = new("--endpoints-only") { Description = "only the endpoints given, not every member", Recursive = true };

    public static Command Build()
    {
        var status = new Command("status", "Settings and statistics");
        status.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, null, cancellation), hasTable: true);

        var set = new Command("set", "Changes settings until the member restarts");
        AdmissionSettingFlags.AddTo(set);
        set.SetAction((parsed, client, cancellation) => ReportAsync(parsed, client, AdmissionSettingFlags.Read(parsed), cancellation), hasTable: true);

        return new Command("admission", "Back-pressure: shows and changes how many proposals are admitted at once, at run time") { EndpointsOnly, status, set };
    }

    private static async Task<int> ReportAsync(ParseResult parsed, MetaStoreClient client, AdmissionSettings? change, CancellationToken cancellation)
    {
        var endpoints = parsed.GetValue(EndpointsOnly) ? GlobalOptions.EndpointList(parsed) : await Endpoint.OfClusterAsync(client, cancellation);
        var reports = await Task.WhenAll(endpoints.Select(async endpoint =>
        {
            using var member = client.At(endpoint.Address);
            if (change is not null)
            {
                await member.Batching.SetAsync(change, cancellation);
            }

            return new AdmissionReport(endpoint.Name, await member.Batching.GetAsync(cancellation));
        }));
        Printer.For(parsed).Admission(reports);
        return ExitCodes.Ok;
    }
}
