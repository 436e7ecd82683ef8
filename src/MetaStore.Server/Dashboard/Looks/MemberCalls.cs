using System.Diagnostics;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Forwarding;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Dashboard.Looks;

/// <summary>Queries and changes members: this one in the process, others at their client addresses.</summary>
/// <param name="self">This member.</param>
/// <param name="own">Its services.</param>
/// <param name="channels">Connections to the others.</param>
/// <param name="token">By which the others know this member.</param>
internal sealed class MemberCalls(ulong self, OwnServices own, LeaderChannels channels, MemberToken token)
{
    /// <summary>A member without a response after this time is shown as down.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromMilliseconds(900);

    private static readonly TimeSpan ChangePatience = TimeSpan.FromSeconds(3);

    /// <summary>Queries the status of a member; a failure is part of the result.</summary>
    public async Task<MemberLook> LookAsync(MemberRecord member, CancellationToken stop)
    {
        long askedAt = Stopwatch.GetTimestamp();
        var look = new MemberLook(member);
        try
        {
            Task<GetBatchingResponse?> batching = BatchingAsync(member, stop);
            StatusResponse status = await StatusAsync(member, stop);
            TimeSpan roundTrip = Stopwatch.GetElapsedTime(askedAt);
            return look with { Status = status, RoundTrip = roundTrip, Batching = await batching };
        }
        catch (RpcException failed) when (!stop.IsCancellationRequested)
        {
            return look with { Error = WhyDown(failed) };
        }
    }

    /// <summary>Changes the batching settings of a member.</summary>
    /// <returns>The error; empty on success.</returns>
    public async Task<string> SetAsync(MemberRecord member, SetBatchingRequest request, OwnServices.Caller caller, CancellationToken stop)
    {
        try
        {
            if (member.Id == self)
            {
                await own.CallAsync("/metastore.v1.Batching/Set", request, caller, static (SetBatchingResponse response) => response.Settings is not null, stop);
            }
            else
            {
                await new Protocol.V1.Batching.BatchingClient(ChannelTo(member)).SetAsync(
                    request, caller.Headers, DateTime.UtcNow + ChangePatience, stop);
            }

            return "";
        }
        catch (RpcException failed) when (!stop.IsCancellationRequested)
        {
            return failed.Status.Detail;
        }
    }

    /// <summary>For display: the network's error, without the layers above it.</summary>
    private static string WhyDown(RpcException failed) =>
        failed.StatusCode == StatusCode.DeadlineExceeded ? "no answer in time"
        : failed.Status.DebugException is HttpRequestException { Message: var why } ? why
        : failed.Status.Detail;

    private async Task<StatusResponse> StatusAsync(MemberRecord member, CancellationToken stop) => member.Id == self
        ? await own.CallAsync("/etcdserverpb.Maintenance/Status", new StatusRequest(), OwnServices.Member, static (StatusResponse response) => response, stop)
        : await new Protocol.Etcd.Maintenance.MaintenanceClient(ChannelTo(member)).StatusAsync(
            new StatusRequest(), await token.HeadersAsync(stop), DateTime.UtcNow + LookPatience, stop);

    private async Task<GetBatchingResponse?> BatchingAsync(MemberRecord member, CancellationToken stop)
    {
        try
        {
            return member.Id == self
                ? await own.CallAsync("/metastore.v1.Batching/Get", new GetBatchingRequest(), OwnServices.Member, static (GetBatchingResponse response) => response, stop)
                : await new Protocol.V1.Batching.BatchingClient(ChannelTo(member)).GetAsync(
                    new GetBatchingRequest(), await token.HeadersAsync(stop), DateTime.UtcNow + LookPatience, stop);
        }
        catch (RpcException)
        {
            // A learner does not serve this, and a member that is down shows in its status.
            return null;
        }
    }

    /// <exception cref="RpcException">The member has published no address.</exception>
    private ChannelBase ChannelTo(MemberRecord member) =>
        channels.To(member.Id) ?? throw new RpcException(new Status(StatusCode.Unavailable, "has not published a client address"));
}
