using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Membership;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Forwarding;

/// <summary>Runs a call that changes something on the leader, whichever member received it, at most once.</summary>
/// <remarks>
/// The call is repeated only when it certainly had no effect: there was no leader, or the member that was asked does not lead. When the leader
/// is lost during the call, the outcome is unknown and the caller gets an error that says so.
/// </remarks>
internal sealed class LeaderForwarder(Leadership leadership, LeaderChannels channels, OnwardHeaders onward, TimeSpan patience)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);
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
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            ulong leader = leadership.Leader;
            if (leadership.LeadingTerm != 0)
            {
                (ServerError error, TResponse? response) = await here();
                if (error != ServerError.NotLeader)
                {
                    return error == ServerError.None ? response! : throw StatusMap.Exception(error);
                }
            }
            else if (!isForwarded && leader != 0 && channels.To(leader) is { } channel && await PassOnAsync(channel, there, await onward.OfAsync(call, call.CancellationToken)) is { } answer)
            {
                return answer;
            }

            if (isForwarded)
            {
                throw StatusMap.Exception(ServerError.LeaderChanged);
            }

            if (Environment.TickCount64 >= deadline)
            {
                throw StatusMap.Exception(leadership.Leader == 0 ? ServerError.Timeout : ServerError.TimeoutDueToConnectionLost);
            }

            await leadership.WaitForChangeAsync(RetryPause);
        }
    }

    /// <returns>Null when the call certainly had no effect there.</returns>
    private async Task<TResponse?> PassOnAsync<TResponse>(
        ChannelBase channel, Func<Cluster.ClusterClient, CallOptions, AsyncUnaryCall<TResponse>> there, Metadata headers)
        where TResponse : class
    {
        var options = new CallOptions(headers, DateTime.UtcNow + (2 * patience) + ConnectMargin);
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
