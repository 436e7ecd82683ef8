using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Leases;
using MetaStore.Server.Reads;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Forwarding;

/// <summary>Answers what only the leader knows, the remaining time of leases: locally when this member leads, else by asking the leader.</summary>
/// <remarks>
/// Leadership is confirmed by a ReadIndex before every response, and this member has then applied everything committed up to it: a lease
/// revoked before is not renewed. Leader changes are waited for up to <paramref name="patience"/>. Responses have no header yet.
/// </remarks>
internal sealed class LeaseForwarder(
    LeaseClock clock, LeaseCheckpointer checkpointer, Lessor lessor, ReadDispatcher reads, RecentLeadership recent, LeaderForwarder leader, LeaderChannels channels,
    OnwardHeaders onward, TimeSpan patience)
{
    /// <summary>The renewals of one stream.</summary>
    public KeepAliveHandler KeepAliveHandler(ServerCall call, CancellationToken stop) =>
        new(clock, checkpointer, recent, leader, channels, patience, OnwardHeaders.IsForwarded(call), () => onward.OfAsync(call, stop), stop);

    /// <summary>The remaining time of a lease; a TTL of -1 means that it does not exist.</summary>
    public ValueTask<ForwardResult<LeaseTimeToLiveResponse>> TimeToLiveAsync(LeaseTimeToLiveRequest request, ServerCall call, CancellationToken stop) =>
        leader.AskAsync(
            term => AskHereAsync(request, term),
            async (member, left) => await AskThereAsync(request, member, left, await onward.OfAsync(call, stop), stop),
            OnwardHeaders.IsForwarded(call),
            stop);

    private async ValueTask<ForwardResult<LeaseTimeToLiveResponse>> AskHereAsync(LeaseTimeToLiveRequest request, ulong term)
    {
        ServerError error = await reads.ConfirmAsync();
        LeaseTimeToLiveResponse? answer = error == ServerError.None && leader.Leadership.LeadingTerm == term ? TimeToLiveHere(request, term) : null;
        return new ForwardResult<LeaseTimeToLiveResponse>(error == ServerError.None && answer is null ? ServerError.LeaderChanged : error, answer);
    }

    /// <remarks>Without a response the member is gone or no longer leads; the next leader is then to be asked.</remarks>
    private async ValueTask<ForwardResult<LeaseTimeToLiveResponse>> AskThereAsync(
        LeaseTimeToLiveRequest request, ulong member, TimeSpan left, Metadata headers, CancellationToken stop)
    {
        if (channels.To(member) is not { } channel)
        {
            return new ForwardResult<LeaseTimeToLiveResponse>(ServerError.NoLeader, null);
        }

        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<LeaseTimeToLiveResponse> asked = new Protocol.Etcd.Lease.LeaseClient(channel)
            .LeaseTimeToLiveAsync(request, new CallOptions(headers, leader.DeadlineIn(left), attempt.Token)).ResponseAsync;
        await leader.WhileItLeadsAsync(member, asked, attempt);
        try
        {
            return new ForwardResult<LeaseTimeToLiveResponse>(ServerError.None, await asked);
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return new ForwardResult<LeaseTimeToLiveResponse>(ServerError.Timeout, null);
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Cancelled or StatusCode.Internal)
        {
            // Cancelled above, or the connection broke.
            stop.ThrowIfCancellationRequested();
            return new ForwardResult<LeaseTimeToLiveResponse>(ServerError.Timeout, null);
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
