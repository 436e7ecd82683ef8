using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Proposals;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Services;

/// <summary>Checks made for every call before it is dispatched, in etcd's order: stopping or removed, learner restriction, client version, "has leader".</summary>
internal sealed class CallGate(LeadershipState leadership, MemberStore members, ulong memberId, CallAuth auth, Proposer proposer) : ICallGate
{
    private const string VersionHeader = "client-api-version";

    /// <summary>Calls by kind and client version, which etcd clients send as metadata.</summary>
    public LabelledCounts Requests { get; } = new("etcd_server_client_requests_total", "Client requests by kind and reported client API version.");

    private volatile bool _closed;

    /// <summary>Where the last unary call was counted: nearly all calls of a member are of clients of one version.</summary>
    private LabelledCount? _lastUnary;

    /// <summary>Rejects every new call from now on.</summary>
    public void Close() => _closed = true;

    /// <inheritdoc/>
    /// <remarks>Of the methods whose every call is an ordinary proposal; the others are rejected by the proposer, if at all.</remarks>
    public bool IsOverloaded(ServiceMethod method, ServerCall call) =>
        method.Name is nameof(KV.KVBase.Put) or nameof(KV.KVBase.DeleteRange) or nameof(Lease.LeaseBase.LeaseGrant) && proposer.RefusesNext(call);

    /// <inheritdoc/>
    public Status Check(ServiceMethod method, ServerCall call)
    {
        ServerError error = Judge(method, call);
        return error == ServerError.None ? Status.DefaultSuccess : StatusMap.Of(error);
    }

    /// <inheritdoc/>
    public ValueTask<Status> JudgeAsync(ServiceMethod method, ServerCall call)
    {
        if (!auth.IsEnabled)
        {
            return new(Status.DefaultSuccess);
        }

        CallRule rule = CallRules.Of(method.Path);
        return rule is CallRule.Open or CallRule.Judged ? new(Status.DefaultSuccess) : RequireAsync(call, rule);
    }

    private async ValueTask<Status> RequireAsync(ServerCall call, CallRule rule)
    {
        ServerError error = await auth.RequireAsync(call, asAdministrator: rule == CallRule.Administrator);
        return error == ServerError.None ? Status.DefaultSuccess : StatusMap.Of(error);
    }

    private ServerError Judge(ServiceMethod method, ServerCall call)
    {
        if (_closed)
        {
            return ServerError.Stopped;
        }

        MemberRecord? self = members.Find(memberId);
        if (self is { IsLearner: true } && method.Name is not ("Status" or "Range" or "Snapshot" or "Check"))
        {
            return ServerError.NotSupportedForLearner;
        }

        if (self is null && members.IsRemoved(memberId))
        {
            return ServerError.Stopped;
        }

        if (leadership.Leader == 0 && call.RequestHeader("hasleader") == "true")
        {
            return ServerError.NoLeader;
        }

        string version = call.RequestHeader(VersionHeader) ?? "unknown";
        if (method.Kind == MethodType.Unary && _lastUnary is { } last && last.Is(version))
        {
            last.Add();
            return ServerError.None;
        }

        if (version.Contains('\ufffd', StringComparison.Ordinal))
        {
            return ServerError.InvalidClientApiVersion;
        }

        LabelledCount counted = Requests.Of(method.Kind == MethodType.Unary ? "type=\"unary\"" : "type=\"stream\"", "client_api_version", version);
        counted.Add();
        if (method.Kind == MethodType.Unary)
        {
            _lastUnary = counted;
        }

        return ServerError.None;
    }
}
