using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl defrag</c>: defragments the storage of each endpoint.</summary>
internal static class DefragCommand
{
    public static Command Build()
    {
        var cluster = new Option<bool>("--cluster") { Description = "every member of the cluster, not only the endpoints given" };
        var command = new Command("defrag", "Releases unused storage to the system, one member after the other") { VerbWords.Ignored(), cluster };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var endpoints = parsed.GetValue(cluster) ? await Endpoint.OfClusterAsync(client, cancellation) : GlobalOptions.EndpointList(parsed);
            var code = ExitCodes.Ok;
            foreach (var endpoint in endpoints)
            {
                // Sequentially: two members defragmenting at the same time could slow down the cluster.
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
