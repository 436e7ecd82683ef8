using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Calls;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Clients;

/// <summary>A write as the node that received it sees it: what the gRPC layer would pass to the proposer about the call.</summary>
internal sealed class SimCall(SimProcess process, ConnectionCredits credits, TimeSpan? timeout) : ServerCall
{
    private readonly long _arrivedAt = process.Time.GetTimestamp();

    public override string Method => "/etcdserverpb.KV/Txn";

    public override string Peer => "client";

    public override ConnectionCredits Credits => credits;

    public override TimeSpan? Timeout => timeout;

    public override CancellationToken CancellationToken => CancellationToken.None;

    /// <summary>True when the client's deadline is before the node's own.</summary>
    public bool HasDeadline => timeout < process.Cluster.Swarm.RequestTimeout;

    /// <summary>The node gives the call up after this time of its clock.</summary>
    public TimeSpan Patience => HasDeadline ? timeout!.Value : process.Cluster.Swarm.RequestTimeout;

    /// <summary>Age by the node's clock.</summary>
    public TimeSpan Age => process.Time.GetElapsedTime(_arrivedAt);

    public override string? RequestHeader(string name) => null;

    public override void Abort() => throw new NotSupportedException("nothing aborts a write");
}
