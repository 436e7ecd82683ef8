using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Leases;
using MetaStore.Server.Membership;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Forwarding;

/// <summary>Answers what only the leader knows, the remaining time of leases: locally when this member leads, else by asking the leader.</summary>
/// <remarks>
/// Leadership is confirmed by a ReadIndex before every response, and this member has then applied everything committed up to it: a lease
/// revoked before is not renewed. Leader changes are waited for up to <paramref name="patience"/>. Responses have no header yet.
/// </remarks>
internal sealed class LeaseForwarder(
    LeaseClock clock, LeaseCheckpointer checkpointer, Lessor lessor, Leadership leadership, ReadDispatcher reads, LeaderChannels channels,
    OnwardHeaders onward, TimeSpan patience)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest time until a leader change that happens between two checks is noticed.</summary>
    private static readonly TimeSpan LeaderPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The renewals of one stream.</summary>
    public KeepAliveHandler KeepAliveHandler(ServerCall call, CancellationToken stop) =>
        new(clock, checkpointer, leadership, reads, channels, patience, OnwardHeaders.IsForwarded(call), () => onward.OfAsync(call, stop), stop);

    /// <summary>The remaining time of a lease; a TTL of -1 means that it does not exist.</summary>
    public ValueTask<ForwardResult<LeaseTimeToLiveResponse>> TimeToLiveAsync(LeaseTimeToLiveRequest request, ServerCall call, CancellationToken stop) =>
        AskAsync(
            term => TimeToLiveHere(request, term),
            (leader, options) => new Protocol.Etcd.Lease.LeaseClient(leader).LeaseTimeToLiveAsync(request, options).ResponseAsync,
            call,
            stop);

    private async ValueTask<ForwardResult<T>> AskAsync<T>(
        Func<ulong, T?> here, Func<ChannelBase, CallOptions, Task<T>> there, ServerCall call, CancellationToken stop)
        where T : class, IMessage
    {
        long deadlineAt = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            ServerError error = ServerError.NoLeader;
            ulong term = leadership.LeadingTerm;
            ulong leader = leadership.Leader;
            if (term != 0)
            {
                error = await reads.ConfirmAsync();
                if (error == ServerError.None && leadership.LeadingTerm == term && here(term) is { } answer)
                {
                    return new ForwardResult<T>(ServerError.None, answer);
                }

                error = error == ServerError.None ? ServerError.LeaderChanged : error;
            }
            else if (OnwardHeaders.IsForwarded(call))
            {
                return new ForwardResult<T>(ServerError.LeaderChanged, null);
            }
            else if (leader != 0 && channels.To(leader) is { } channel)
            {
                TimeSpan left = TimeSpan.FromMilliseconds(Math.Max(deadlineAt - Environment.TickCount64, 1));
                Metadata headers = await onward.OfAsync(call, stop);
                if (await WhileItLeadsAsync(leader, options => there(channel, options), headers, left, stop) is { } response)
                {
                    return new ForwardResult<T>(ServerError.None, response);
                }

                error = ServerError.Timeout;
            }

            if (Environment.TickCount64 >= deadlineAt)
            {
                return new ForwardResult<T>(error, null);
            }

            await leadership.WaitForChangeAsync(RetryPause, stop);
        }
    }

    /// <summary>Asks another member for as long as it leads: a stopped one would keep the caller waiting until the timeout.</summary>
    /// <returns>Null when the member is gone or no longer leads; the next leader is then to be asked.</returns>
    private async Task<T?> WhileItLeadsAsync<T>(ulong leader, Func<CallOptions, Task<T>> ask, Metadata headers, TimeSpan left, CancellationToken stop)
        where T : class, IMessage
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<T> asked = ask(new CallOptions(headers, DateTime.UtcNow + left, attempt.Token));
        while (!asked.IsCompleted && leadership.Leader == leader)
        {
            await Task.WhenAny(asked, leadership.WaitForChangeAsync(LeaderPoll, attempt.Token));
        }

        await attempt.CancelAsync();
        try
        {
            return await asked;
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return null;
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Cancelled or StatusCode.Internal)
        {
            // Cancelled here, or the connection broke.
            stop.ThrowIfCancellationRequested();
            return null;
        }
    }

    private LeaseTimeToLiveResponse? TimeToLiveHere(LeaseTimeToLiveRequest request, ulong term)
    {
        if (!lessor.TryGet(request.ID, out LeaseInfo lease))
        {
            return new LeaseTimeToLiveResponse { ID = request.ID, TTL = -1 };
        }

        if (clock.Remaining(request.ID, term) is not { } left)
        {
            return null;
        }

        var response = new LeaseTimeToLiveResponse { ID = lease.Id, TTL = (long)left.TotalSeconds, GrantedTTL = lease.Ttl };
        if (request.Keys)
        {
            response.Keys.Add(lessor.KeysOf(lease.Id).Select(ByteString.CopyFrom));
        }

        return response;
    }
}
