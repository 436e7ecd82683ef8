using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Services.Slow;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>What the services and the ports of a member are made of. Owned by the host, which disposes them.</summary>
internal sealed class MemberParts
{
    public required MetaStoreOptions Options { get; init; }

    public required NodeIdentity Identity { get; init; }

    public required ReplicatedStateMachine Machine { get; init; }

    public required WritePath Write { get; init; }

    public required ReadDispatcher Reads { get; init; }

    public required LeaseServices Leases { get; init; }

    public required WatchServices Watches { get; init; }

    public required MembershipServices Members { get; init; }

    public required SpaceQuota Quota { get; init; }

    public required ResponseHeaders Headers { get; init; }

    public required ResponseRoom Room { get; init; }

    public required MaintenanceMetrics Maintenance { get; init; }

    public required SlowApplies SlowApplies { get; init; }

    public required SlowReads SlowReads { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required ServerLog Log { get; init; }

    /// <summary>Cancelled when the member begins to stop.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>The leader and the role of this member.</summary>
    public LeadershipState Leadership => Write.Node.Leadership;
}
