using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Leases;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.Lease: grants and revokes go through the log, everything else is answered from the leader's lease clock.</summary>
/// <remarks>A TTL below <paramref name="ttlMin"/> seconds is raised, never rejected; <paramref name="stopping"/> ends open streams.</remarks>
internal sealed class LeaseService(
    Proposer proposer, LeaseForwarder leases, LeaseClock clock, ReplicatedStateMachine machine, SpaceQuota quota, ResponseHeaders headers,
    ResponseRoom room, long ttlMin, CancellationToken stopping) : Protocol.Etcd.Lease.LeaseBase
{
    /// <summary>Maximum number of renewals of one stream that are confirmed together.</summary>
    private const int KeepAlivesMax = 256;

    /// <summary>Responses with up to this many keys or leases are not counted against the response budget.</summary>
    private const int KeysUncounted = 1000;

    /// <summary>Response memory of one lease in a list.</summary>
    private const long LeaseBytes = 24;

    /// <summary>etcd's minimum TTL: one and a half election timeouts, in whole seconds.</summary>
    public static long TtlMinOf(TimeSpan electionTimeout) => (long)Math.Ceiling(1.5 * electionTimeout.TotalSeconds);

    public override async Task<LeaseGrantResponse> LeaseGrant(LeaseGrantRequest request, ServerCallContext context)
    {
        ServerError error = quota.Check(QuotaCost.Lease);
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        ServerCall call = ServerCall.Of(context);
        long ttl = Math.Max(request.TTL, ttlMin);
        while (true)
        {
            long id = request.ID == 0 ? Random.Shared.NextInt64(1, long.MaxValue) : request.ID;
            ProposalOutcome outcome = await proposer.ProposeAsync(new LeaseGrantCommand { Id = id, Ttl = ttl }, call);
            if (request.ID == 0 && outcome.Error == ServerError.None && outcome.Result.Error == ErrorCode.LeaseExists)
            {
                continue;
            }

            ThrowIfFailed(outcome);
            return new LeaseGrantResponse { Header = headers.At(outcome.Result.Revision), ID = id, TTL = ttl };
        }
    }

    public override async Task<LeaseRevokeResponse> LeaseRevoke(LeaseRevokeRequest request, ServerCallContext context)
    {
        ProposalOutcome outcome = await proposer.ProposeAsync(new LeaseRevokeCommand { Id = request.ID }, ServerCall.Of(context));
        ThrowIfFailed(outcome);
        return new LeaseRevokeResponse { Header = headers.At(outcome.Result.Revision) };
    }

    /// <summary>Renews in the order of the requests. Requests that have arrived together are confirmed together and answered in one write.</summary>
    public override async Task LeaseKeepAlive(
        IAsyncStreamReader<LeaseKeepAliveRequest> requests, IServerStreamWriter<LeaseKeepAliveResponse> responses, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        await using KeepAliveHandler renewals = leases.KeepAliveHandler(IsForwarded(context), either.Token);
        await using var batch = new RequestBatch<LeaseKeepAliveRequest>(requests, KeepAlivesMax, either);
        var answers = new KeepAliveResponses(responses);
        try
        {
            while (await batch.NextAsync())
            {
                // Taken before the renewal: a client must not see a renewal at a revision after the end of the lease.
                answers.Begin(headers.At(machine.Reader.Revision));
                ServerError error = await renewals.RenewAsync(batch.Requests, answers);
                await answers.FlushAsync();
                if (error != ServerError.None)
                {
                    throw StatusMap.Exception(error);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.Stopped);
        }
    }

    public override async Task<LeaseTimeToLiveResponse> LeaseTimeToLive(LeaseTimeToLiveRequest request, ServerCallContext context)
    {
        ForwardResult<LeaseTimeToLiveResponse> answer = await leases.TimeToLiveAsync(request, IsForwarded(context), context.CancellationToken);
        if (answer.Response is not { } response)
        {
            throw StatusMap.Exception(answer.Error);
        }

        if (response.Keys.Count > KeysUncounted)
        {
            room.Hold(ServerCall.Of(context), response.CalculateSize());
        }

        response.Header = headers.At(machine.Reader.Revision);
        return response;
    }

    public override Task<LeaseLeasesResponse> LeaseLeases(LeaseLeasesRequest request, ServerCallContext context)
    {
        var response = new LeaseLeasesResponse { Header = headers.At(machine.Reader.Revision) };
        IReadOnlyList<long> ids = clock.List();
        if (ids.Count > KeysUncounted)
        {
            room.Hold(ServerCall.Of(context), ids.Count * LeaseBytes);
        }

        response.Leases.Add(ids.Select(id => new LeaseStatus { ID = id }));
        return Task.FromResult(response);
    }

    private static bool IsForwarded(ServerCallContext context) => ServerCall.Of(context).RequestHeader(LeaseForwarder.ForwardedHeader) is not null;

    private static void ThrowIfFailed(in ProposalOutcome outcome)
    {
        ServerError error = outcome.Error == ServerError.None ? StatusMap.Of(outcome.Result.Error) : outcome.Error;
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }
    }
}
