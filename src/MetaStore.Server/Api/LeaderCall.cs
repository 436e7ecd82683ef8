using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;
using MetaStore.Server.Leasing;
using MetaStore.Server.Membership;

namespace MetaStore.Server.Api;

/// <summary>Runs a call that changes something on the leader, wherever it came in, at most once.</summary>
/// <remarks>
/// It is asked again only when it surely did nothing: there was no leader, or whoever was asked does not lead. When the leader is lost in
/// the middle the outcome is unknown and the caller is told so.
/// </remarks>
internal sealed class LeaderCall(Leadership leadership, LeaderChannels channels, TimeSpan patience)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ConnectMargin = TimeSpan.FromSeconds(2);

    /// <summary>Runs it.</summary>
    /// <param name="method">For passing it on.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="here">Does it on this member; <see cref="ServerError.NotLeader"/> means that it did nothing and another one is to be asked.</param>
    /// <param name="context">The call.</param>
    /// <returns>Null after the call was failed.</returns>
    public async ValueTask<TResponse?> RunAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, Func<Task<(ServerError Error, TResponse? Response)>> here, CallContext context)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        bool isForwarded = context.RequestHeader(LeaderLeases.ForwardedHeader) is not null;
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            ulong leader = leadership.Leader;
            if (leadership.LeadingTerm != 0)
            {
                (ServerError error, TResponse? response) = await here();
                if (error != ServerError.NotLeader)
                {
                    return error == ServerError.None ? response : Fail<TResponse>(context, error);
                }
            }
            else if (!isForwarded && leader != 0 && channels.To(leader) is { } channel)
            {
                Status status;
                (status, TResponse? response) = await PassOnAsync(channel, method, request);
                if (status.IsOK)
                {
                    return response;
                }

                if (status.Detail != StatusMap.Of(ServerError.LeaderChanged).Detail && status != NotReached)
                {
                    context.Fail(status);
                    return null;
                }
            }

            if (isForwarded)
            {
                return Fail<TResponse>(context, ServerError.LeaderChanged);
            }

            if (Environment.TickCount64 >= deadline)
            {
                return Fail<TResponse>(context, leadership.Leader == 0 ? ServerError.Timeout : ServerError.TimeoutDueToConnectionLost);
            }

            await leadership.WaitForChangeAsync(RetryPause);
        }
    }

    private static Status NotReached { get; } = new(StatusCode.Unavailable, "not reached");

    private async Task<(Status Status, TResponse? Response)> PassOnAsync<TRequest, TResponse>(
        GrpcChannel channel, Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        var headers = new Metadata();
        headers.Add(LeaderLeases.ForwardedHeader, "1");
        try
        {
            return (Status.OK, await channel.UnaryAsync(method, request, new CallOptions { Headers = headers, Timeout = (2 * patience) + ConnectMargin }));
        }
        catch (RpcException failed) when (failed.WasNeverSent)
        {
            return (NotReached, null);
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
            && !failed.Status.Detail.StartsWith("etcdserver: ", StringComparison.Ordinal))
        {
            return (StatusMap.Of(ServerError.TimeoutDueToConnectionLost), null);
        }
        catch (RpcException failed)
        {
            return (failed.Status, null);
        }
    }

    private static TResponse? Fail<TResponse>(CallContext context, ServerError error)
        where TResponse : class
    {
        context.Fail(StatusMap.Of(error));
        return null;
    }
}
