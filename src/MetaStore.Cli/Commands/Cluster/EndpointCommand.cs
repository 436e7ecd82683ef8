using System.CommandLine;
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Diagnosis;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl endpoint status | health | hashkv</c>: queries each endpoint separately.</summary>
internal static class EndpointCommand
{
    private static readonly Option<bool> Cluster = new("--cluster") { Description = "query every member of the cluster, not only the endpoints given", Recursive = true };

    private static readonly Option<long> Revision = new("--rev") { Description = "newest revision to hash; 0 = all" };

    public static Command Build()
    {
        var status = new Command("status", "Status of each endpoint and its leader") { VerbWords.Ignored() };
        status.SetAction(async (parsed, client, cancellation) =>
        {
            var rows = await EachAsync(await EndpointsAsync(parsed, client, cancellation), client, async (name, endpoint, token) =>
                new EndpointStatus(name, await endpoint.Maintenance.StatusAsync(new StatusRequest(), token), null), (name, error) => new EndpointStatus(name, null, error), cancellation);
            Printer.For(parsed).Status(rows);
            return rows.All(row => row.Error is null) ? ExitCodes.Ok : ExitCodes.Error;
        }, hasTable: true);

        var health = new Command("health", "Whether each endpoint serves a linearizable read and no alarm is raised") { VerbWords.Ignored() };
        health.SetAction(async (parsed, client, cancellation) =>
        {
            var endpoints = await EndpointsAsync(parsed, client, cancellation);
            var rows = await EachAsync(endpoints, client, ProbeAsync, (name, error) => new EndpointHealth(name, TimeSpan.Zero, error), cancellation);
            Printer.For(parsed).Health(rows);
            if (endpoints.Zip(rows).FirstOrDefault(each => each.Second.Error is null) is { First: { } healthy })
            {
                using var member = client.At(healthy.Address);
                await ReplacementHints.ShowAsync(member, cancellation);
            }

            if (rows.All(row => row.Error is null))
            {
                return ExitCodes.Ok;
            }

            Terminal.Complain("Error: unhealthy cluster");
            return ExitCodes.Error;
        }, hasTable: true);

        var hash = new Command("hashkv", "The hash of each endpoint's key-value state; equal at equal revisions") { VerbWords.Ignored(), Revision };
        hash.SetAction(async (parsed, client, cancellation) =>
        {
            var rows = await EachAsync(await EndpointsAsync(parsed, client, cancellation), client, async (name, endpoint, token) =>
                new EndpointHash(name, await endpoint.Maintenance.HashKVAsync(new HashKVRequest { Revision = parsed.GetValue(Revision) }, token), null), (name, error) => new EndpointHash(name, null, error), cancellation);
            Printer.For(parsed).Hashes(rows);
            return rows.All(row => row.Error is null) ? ExitCodes.Ok : ExitCodes.Error;
        }, hasTable: true);

        return new Command("endpoint", "Single endpoints") { Cluster, status, health, hash };
    }

    private static async Task<EndpointHealth> ProbeAsync(string name, MetaStoreClient endpoint, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            await endpoint.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("health") }, cancellation);
        }
        catch (RpcException answered) when (answered.Is(EtcdErrors.PermissionDenied))
        {
            // As in etcdctl: a quorum has confirmed that this user may not read the key.
        }

        var took = clock.Elapsed;
        var alarms = (await endpoint.Maintenance.AlarmAsync(new AlarmRequest(), cancellation)).Alarms.Select(alarm => Rows.NameOf(alarm.Alarm)).ToArray();
        return new EndpointHealth(name, took, alarms.Length == 0 ? null : $"Active Alarm(s): {string.Join(' ', alarms)}");
    }

    private static async Task<IReadOnlyList<Endpoint>> EndpointsAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation) =>
        parsed.GetValue(Cluster) ? await Endpoint.OfClusterAsync(client, cancellation) : GlobalOptions.EndpointList(parsed);

    /// <summary>Runs one call per endpoint concurrently, with results in the order given; a failure becomes a row.</summary>
    private static async Task<IReadOnlyList<T>> EachAsync<T>(
        IReadOnlyList<Endpoint> endpoints, MetaStoreClient client, Func<string, MetaStoreClient, CancellationToken, Task<T>> ask, Func<string, string, T> failed, CancellationToken cancellation) =>
        await Task.WhenAll(endpoints.Select(async endpoint =>
        {
            var name = endpoint.Name;
            try
            {
                using var single = client.At(endpoint.Address);
                return await ask(name, single, cancellation);
            }
            catch (RpcException failure)
            {
                return failed(name, failure.Status.Detail);
            }
        }));
}
