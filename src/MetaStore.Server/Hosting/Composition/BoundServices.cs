using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Concurrency;
using MetaStore.Server.Services.Operations;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes the gRPC services of a member.</summary>
internal sealed class BoundServices
{
    public BoundServices(MemberParts parts)
    {
        var (options, write, machine) = (parts.Options, parts.Write, parts.Machine);
        var auth = write.Auth;
        var kv = new KvService(write.Proposer, parts.Reads, machine, parts.Quota, parts.Headers, parts.Room, options.Limits, parts.SlowReads, auth.Calls);
        LeaseService lease = parts.Leases.Service(write, machine, parts.Quota, parts.Headers, parts.Room, auth.Calls, parts.Stopping);
        Operations = new OperationsService(kv, parts.Room, parts.Stopping);
        var local = new LocalCalls(kv, lease, parts.Watches.Dispatcher, new ConnectionCredits(), parts.Stopping);
        ServiceBinder services = new ServiceBinder()
            .AddKv(kv)
            .AddWatch(parts.Watches.Service(parts.Stopping))
            .AddLease(lease)
            .AddLock(new LockService(local, new LockQueue(local, parts.Log)))
            .AddElection(new ElectionService(local, new LockQueue(local, parts.Log)))
            .AddMembers(new MembersService(parts.Members.Silent))
            .AddCluster(parts.Members.Service(write, parts.Reads, parts.Leadership, parts.Leases.Channels, parts.Headers))
            .AddMaintenance(Maintenance(parts))
            .AddAuth(auth.Service(write.Proposer, parts.Reads, parts.Headers, () => write.Node.Peers))
            .AddBatching(new BatchingService(write.Batcher, write.Admission, write.Proposer.Stages, parts.Identity.MemberId))
            .AddOperations(Operations)
            .AddHealth(new HealthService(parts.Stopping));
        if (options.Limits.EnableReflection)
        {
            services.AddReflection();
        }

        Table = services.Build();
    }

    /// <summary>All of them, for the listener and for callers inside the process.</summary>
    public ServiceTable Table { get; }

    /// <summary>Streams of operations; the ports set how they are counted.</summary>
    public OperationsService Operations { get; }

    private static MaintenanceService Maintenance(MemberParts parts)
    {
        var transfer = new LeadershipTransfer(parts.Write.Node, parts.Machine.Members, parts.Leadership, parts.Options.Consensus.ElectionTimeout, TimeProvider.System);
        return new MaintenanceService(
            parts.Write.Node, parts.Machine, parts.Write.Proposer, transfer, parts.Quota, parts.Headers, parts.Room, parts.Log, parts.Maintenance, parts.Stopping);
    }
}
