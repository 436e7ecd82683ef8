using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Leases;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.Lease: grants and revokes go through the log, everything else is answered from the leader's lease clock.</summary>
/// <remarks>A TTL below <paramref name="ttlMin"/> seconds is raised, never rejected; <paramref name="stopping"/> ends open streams.</remarks>
internal sealed class LeaseService(
    Proposer proposer, LeaseForwarder leases, LeaseClock clock, ReplicatedStateMachine machine, SpaceQuota quota, ResponseHeaders headers,
    ResponseRoom room, CallAuth auth, long ttlMin, CancellationToken stopping) : Protocol.Etcd.Lease.LeaseBase
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
        ServerCall call = ServerCall.Of(context);
        await using KeepAliveHandler renewals = leases.KeepAliveHandler(call, either.Token);
        await using var batch = new RequestBatch<LeaseKeepAliveRequest>(requests, KeepAlivesMax, either);
        var answers = new KeepAliveResponses(responses);
        try
        {
            while (await batch.NextAsync())
            {
                // Taken before the renewal: a client must not see a renewal at a revision after the end of the lease.
                answers.Begin(headers.At(machine.Reader.Revision));
                (ServerError refused, int allowed) = await JudgeRenewalsAsync(call, batch.Requests);
                ServerError error = allowed > 0
                    ? await renewals.RenewAsync(allowed == batch.Requests.Count ? batch.Requests : [.. batch.Requests.Take(allowed)], answers)
                    : ServerError.None;
                await answers.FlushAsync();
                error = error == ServerError.None ? refused : error;
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
        ServerCall call = ServerCall.Of(context);
        ForwardResult<LeaseTimeToLiveResponse> answer = await leases.TimeToLiveAsync(request, call, context.CancellationToken);
        if (answer.Response is not { } response)
        {
            throw StatusMap.Exception(answer.Error);
        }

        await auth.ArriveAsync(call);
        ServerError error = auth.Admit(call, auth.State, asAdministrator: false, out UserRights rights);
        error = error == ServerError.None && response.Keys.Any(key => !rights.MayRead(key.Span)) ? ServerError.PermissionDenied : error;
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        if (response.Keys.Count > KeysUncounted)
        {
            room.Hold(call, response.CalculateSize());
        }

        response.Header = headers.At(machine.Reader.Revision);
        return response;
    }

    public override async Task<LeaseLeasesResponse> LeaseLeases(LeaseLeasesRequest request, ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        await auth.ArriveAsync(call);
        ServerError error = auth.Admit(call, auth.State, asAdministrator: false, out UserRights rights);
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        var response = new LeaseLeasesResponse { Header = headers.At(machine.Reader.Revision) };
        IReadOnlyList<long> ids = clock.List();
        if (!rights.IsAdministrator && !ids.All(id => CommandRights.MayReadAll(rights, id, machine.Leases)))
        {
            throw StatusMap.Exception(ServerError.PermissionDenied);
        }

        if (ids.Count > KeysUncounted)
        {
            room.Hold(call, ids.Count * LeaseBytes);
        }

        response.Leases.Add(ids.Select(id => new LeaseStatus { ID = id }));
        return response;
    }

    /// <summary>Judges renewals by the member that is asked, each time: WRITE on all keys of the lease.</summary>
    /// <returns>Why one may not be made, and how many before it may.</returns>
    private async ValueTask<(ServerError Error, int Allowed)> JudgeRenewalsAsync(ServerCall call, IReadOnlyList<LeaseKeepAliveRequest> requests)
    {
        if (!auth.IsEnabled)
        {
            return (ServerError.None, requests.Count);
        }

        await auth.ArriveAsync(call);
        ServerError error = auth.Admit(call, auth.State, asAdministrator: false, out UserRights rights);
        if (error != ServerError.None)
        {
            return (error, 0);
        }

        for (int i = 0; i < requests.Count; i++)
        {
            if (!CommandRights.MayWriteAll(rights, requests[i].ID, machine.Leases))
            {
                return (ServerError.PermissionDenied, i);
            }
        }

        return (ServerError.None, requests.Count);
    }

    private static void ThrowIfFailed(in ProposalOutcome outcome)
    {
        ServerError error = outcome.Error == ServerError.None ? StatusMap.Of(outcome.Result.Error) : outcome.Error;
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }
    }
}
