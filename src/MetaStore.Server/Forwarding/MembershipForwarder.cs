using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Forwarding;

/// <summary>Runs a change of the membership on the leader, whichever member received the call, at most once.</summary>
/// <remarks>
/// The call is repeated only when it certainly had no effect: there was no leader, or the member that was asked does not lead. When the leader
/// is lost during the call, the outcome is unknown and the caller gets an error that says so.
/// </remarks>
internal sealed class MembershipForwarder(LeaderForwarder leader, LeaderChannels channels, OnwardHeaders onward, TimeSpan patience)
{
    private static readonly TimeSpan ConnectMargin = TimeSpan.FromSeconds(2);

    /// <summary>Runs the call.</summary>
    /// <param name="there">Forwards it to the leader.</param>
    /// <param name="here">Runs it on this member; <see cref="ServerError.NotLeader"/> means that it had no effect and must be sent to another member.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<TResponse> RunAsync<TResponse>(
        Func<Cluster.ClusterClient, CallOptions, AsyncUnaryCall<TResponse>> there, Func<Task<(ServerError Error, TResponse? Response)>> here, ServerCall call)
        where TResponse : class
    {
        bool isForwarded = OnwardHeaders.IsForwarded(call);
        ForwardResult<TResponse> result = await leader.AskAsync(
            async _ => await RunHereAsync(here, isForwarded),
            async (member, _) => new ForwardResult<TResponse>(
                ServerError.TimeoutDueToConnectionLost,
                channels.To(member) is { } channel ? await PassOnAsync(channel, there, await onward.OfAsync(call, call.CancellationToken)) : null),
            isForwarded,
            CancellationToken.None);
        return result.Response ?? throw StatusMap.Exception(
            isForwarded ? ServerError.LeaderChanged : leader.Leadership.Leader == 0 ? ServerError.Timeout : ServerError.TimeoutDueToConnectionLost);
    }

    private static async ValueTask<ForwardResult<TResponse>> RunHereAsync<TResponse>(Func<Task<(ServerError Error, TResponse? Response)>> here, bool isForwarded)
        where TResponse : class
    {
        (ServerError error, TResponse? response) = await here();
        return error switch
        {
            ServerError.None => new ForwardResult<TResponse>(error, response),
            ServerError.NotLeader when !isForwarded => new ForwardResult<TResponse>(error, null),
            ServerError.NotLeader => throw StatusMap.Exception(ServerError.LeaderChanged),
            _ => throw StatusMap.Exception(error),
        };
    }

    /// <returns>Null when the call certainly had no effect there.</returns>
    private async Task<TResponse?> PassOnAsync<TResponse>(
        ChannelBase channel, Func<Cluster.ClusterClient, CallOptions, AsyncUnaryCall<TResponse>> there, Metadata headers)
        where TResponse : class
    {
        var options = new CallOptions(headers, leader.DeadlineIn((2 * patience) + ConnectMargin));
        try
        {
            return await there(new Cluster.ClusterClient(channel), options);
        }
        catch (RpcException failed) when (failed.WasNeverSent() || failed.Status.Detail == StatusMap.Of(ServerError.LeaderChanged).Detail)
        {
            return null;
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled
            && !failed.Status.Detail.StartsWith("etcdserver: ", StringComparison.Ordinal))
        {
            throw StatusMap.Exception(ServerError.TimeoutDueToConnectionLost);
        }
        catch (RpcException failed)
        {
            // Its status only: the exception describes the connection between the members, not the client's.
            throw new RpcException(failed.Status);
        }
    }
}
