using System.CommandLine;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Output.Batching;
using MetaStore.Cli.Terminals;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Commands.Batching;

/// <summary><c>metactl batch status | on | off | set</c>: the proposal batcher of every member, or of the endpoints given.</summary>
internal static class BatchCommand
{
    /// <summary>Option of every batch verb.</summary>
    public static readonly Option<bool> EndpointsOnly = new("--endpoints-only") { Description = "only the endpoints given, not every member", Recursive = true };

    public static Command Build()
    {
        var status = new Command("status", "Current settings and statistics of every member");
        status.SetAction(StatusAsync, hasTable: true);

        var on = new Command("on", "Switches batching on: policy dynamic, or the one that --policy names, and the settings given");
        BatchSettingFlags.AddTo(on);
        on.SetAction((parsed, client, cancellation) => ChangeAsync(parsed, client, On(BatchSettingFlags.Read(parsed)), cancellation), hasTable: true);

        var off = new Command("off", "Switches batching off: every proposal is its own log entry");
        off.SetAction((parsed, client, cancellation) => ChangeAsync(parsed, client, new BatchSettings { Policy = BatchPolicy.Off }, cancellation), hasTable: true);

        var set = new Command("set", "Changes settings until the member restarts");
        BatchSettingFlags.AddTo(set);
        set.SetAction((parsed, client, cancellation) => ChangeAsync(parsed, client, Given(BatchSettingFlags.Read(parsed)), cancellation), hasTable: true);

        return new Command("batch", "The proposal batcher: shows and changes its settings at run time")
        {
            EndpointsOnly, status, on, off, set,
            BatchCompareCommand.Build(),
            BatchWatchCommand.Build(),
        };
    }

    private static BatchSettings On(BatchSettings settings)
    {
        if (settings is { HasPolicy: true, Policy: BatchPolicy.Off })
        {
            throw new UsageException("the policy off is not on; write metactl batch off");
        }

        settings.Policy = settings.HasPolicy ? settings.Policy : BatchPolicy.Dynamic;
        return settings;
    }

    private static BatchSettings Given(BatchSettings settings) =>
        settings.CalculateSize() > 0 ? settings : throw new UsageException("nothing to set; see metactl batch set --help");

    private static async Task<int> StatusAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var reports = await EachAsync(
            parsed, client,
            async (endpoint, member) => new BatchingReport(endpoint, await member.Batching.GetAsync(cancellation), null),
            (endpoint, error) => new BatchingReport(endpoint, null, error),
            cancellation);
        Printer.For(parsed).Batching(reports);
        return Code(reports.Select(report => (report.Endpoint, report.Error)), "get the batching of");
    }

    private static async Task<int> ChangeAsync(ParseResult parsed, MetaStoreClient client, BatchSettings change, CancellationToken cancellation)
    {
        var results = await EachAsync(
            parsed, client,
            async (endpoint, member) =>
            {
                var before = (await member.Batching.GetAsync(cancellation)).Settings;
                return new BatchingChange(endpoint, before, (await member.Batching.SetAsync(change, cancellation)).Settings, null);
            },
            (endpoint, error) => new BatchingChange(endpoint, null, null, error),
            cancellation);
        Printer.For(parsed).BatchingChanged(change, results);
        return Code(results.Select(result => (result.Endpoint, result.Error)), "set the batching of");
    }

    /// <summary>Asks all members concurrently. A failure becomes a row, unless no member responds: then the first is the failure of the verb.</summary>
    private static async Task<IReadOnlyList<T>> EachAsync<T>(
        ParseResult parsed, MetaStoreClient client, Func<string, MetaStoreClient, Task<T>> ask, Func<string, string, T> failed, CancellationToken cancellation)
    {
        var endpoints = parsed.GetValue(EndpointsOnly) ? GlobalOptions.EndpointList(parsed) : await Endpoint.OfClusterAsync(client, cancellation);
        var answers = endpoints.Select(async endpoint =>
        {
            using var member = client.At(endpoint.Address);
            return await ask(endpoint.ShortName, member);
        }).ToArray();
        var rows = new List<T>();
        RpcException? first = null;
        for (var i = 0; i < answers.Length; i++)
        {
            try
            {
                rows.Add(await answers[i]);
            }
            catch (RpcException failure)
            {
                first ??= failure;
                rows.Add(failed(endpoints[i].ShortName, failure.Status.Detail));
            }
        }

        return first is not null && answers.All(answer => answer.IsFaulted) ? throw first : rows;
    }

    private static int Code(IEnumerable<(string Endpoint, string? Error)> results, string what)
    {
        var code = ExitCodes.Ok;
        foreach (var (endpoint, error) in results.Where(result => result.Error is not null))
        {
            Terminal.Complain($"Failed to {what} endpoint {endpoint} ({error})");
            code = ExitCodes.Error;
        }

        return code;
    }
}
