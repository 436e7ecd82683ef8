using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl defrag</c>: asks each endpoint to give storage back.</summary>
internal static class DefragCommand
{
    public static Command Build()
    {
        var cluster = new Option<bool>("--cluster") { Description = "every member of the cluster, not only the endpoints given" };
        var command = new Command("defrag", "Gives storage that is not used back to the system, member by member") { VerbWords.Ignored(), cluster };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var endpoints = parsed.GetValue(cluster) ? await Endpoint.OfClusterAsync(client, cancellation) : GlobalOptions.EndpointList(parsed);
            var code = ExitCodes.Ok;
            foreach (var endpoint in endpoints)
            {
                // One after the other: two members that are busy with it at once would be felt.
                using var single = client.At(endpoint.Address);
                var clock = Stopwatch.StartNew();
                try
                {
                    await single.Maintenance.DefragmentAsync(cancellation);
                    Terminal.Out.WriteLine($"Finished defragmenting etcd member[{endpoint.Name}]. took {clock.Elapsed.TotalMilliseconds:0.###}ms");
                }
                catch (RpcException failure)
                {
                    Terminal.Complain($"Failed to defragment etcd member[{endpoint.Name}] ({failure.Status.Detail})");
                    code = ExitCodes.Error;
                }
            }

            return code;
        }, hasTable: true);
        return command;
    }
}
