using System.CommandLine;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl move-leader MEMBER-ID</c>: finds the leader among the endpoints and asks it to transfer leadership.</summary>
internal static class MoveLeaderCommand
{
    public static Command Build()
    {
        var target = VerbWords.Of("transferee-member-id", "member id in hexadecimal");
        var command = new Command("move-leader", "Transfers leadership to a member") { target };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var to = MemberId.Parse(parsed.Plain() is [var only] ? only : throw new UsageException("move-leader command needs 1 argument"));
            foreach (var endpoint in GlobalOptions.EndpointList(parsed))
            {
                using var single = client.At(endpoint.Address);
                if (await TryStatusAsync(single, cancellation) is { } status && status.Leader == status.Header.MemberId)
                {
                    Printer.For(parsed).MoveLeader(status.Leader, to, await single.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = to }, cancellation));
                    return ExitCodes.Ok;
                }
            }

            throw new UsageException("no leader endpoint given at " + string.Join(',', GlobalOptions.EndpointList(parsed).Select(endpoint => endpoint.Name)));
        });
        return command;
    }

    private static async Task<StatusResponse?> TryStatusAsync(MetaStoreClient client, CancellationToken cancellation)
    {
        try
        {
            return await client.Maintenance.StatusAsync(new StatusRequest(), cancellation);
        }
        catch (RpcException unreachable) when (unreachable.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return null; // Another endpoint may be the leader's.
        }
    }
}
