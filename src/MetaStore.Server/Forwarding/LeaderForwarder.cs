using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Membership;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Forwarding;

/// <summary>Runs a call that changes something on the leader, wherever it came in, at most once.</summary>
/// <remarks>
/// It is asked again only when it surely did nothing: there was no leader, or whoever was asked does not lead. When the leader is lost in
/// the middle the outcome is unknown and the caller is told so.
/// </remarks>
internal sealed class LeaderForwarder(Leadership leadership, LeaderChannels channels, TimeSpan patience)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ConnectMargin = TimeSpan.FromSeconds(2);

    /// <summary>Runs it.</summary>
    /// <param name="there">Passes it on to the leader.</param>
    /// <param name="here">Does it on this member; <see cref="ServerError.NotLeader"/> means that it did nothing and another one is to be asked.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="RpcException">It failed.</exception>
    public async Task<TResponse> RunAsync<TResponse>(
        Func<Cluster.ClusterClient, CallOptions, AsyncUnaryCall<TResponse>> there, Func<Task<(ServerError Error, TResponse? Response)>> here, ServerCall call)
        where TResponse : class
    {
        bool isForwarded = call.RequestHeader(LeaseForwarder.ForwardedHeader) is not null;
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
            else if (!isForwarded && leader != 0 && channels.To(leader) is { } channel && await PassOnAsync(channel, there) is { } answer)
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

    /// <returns>Null when it was surely not done there.</returns>
    private async Task<TResponse?> PassOnAsync<TResponse>(ChannelBase channel, Func<Cluster.ClusterClient, CallOptions, AsyncUnaryCall<TResponse>> there)
        where TResponse : class
    {
        var options = new CallOptions(new Metadata { { LeaseForwarder.ForwardedHeader, "1" } }, DateTime.UtcNow + (2 * patience) + ConnectMargin);
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
            // Not its exception: that one tells of the connection between the members.
            throw new RpcException(failed.Status);
        }
    }
}
