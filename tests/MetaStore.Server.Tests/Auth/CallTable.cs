using Google.Protobuf;
using Grpc.Health.V1;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Elections;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Locks;
using MetaStore.Protocol.V1;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Tests.Auth;

/// <summary>A row for every method of every service. Requests of administrators must do no harm to the rows after them.</summary>
internal static class CallTable
{
    private static readonly ByteString X = ByteString.CopyFromUtf8("x");
    private static readonly ByteString P = ByteString.CopyFromUtf8("p/a");

    public static IReadOnlyList<CallRow> Rows { get; } =
    [
        new("/etcdserverpb.KV/Range", new RangeRequest { Key = X }, Own: new RangeRequest { Key = P }),
        new("/etcdserverpb.KV/RangeStream", new RangeRequest { Key = X, RangeEnd = P }, Own: new RangeRequest { Key = P, RangeEnd = ByteString.CopyFromUtf8("p/b") }),
        new("/etcdserverpb.KV/Put", new PutRequest { Key = X }, Own: new PutRequest { Key = P }),
        new("/etcdserverpb.KV/DeleteRange", new DeleteRangeRequest { Key = X }, Own: new DeleteRangeRequest { Key = P }),
        new("/etcdserverpb.KV/Txn", Deep(10, X), Own: Deep(10, P)),
        new("/etcdserverpb.KV/Compact", new CompactionRequest { Revision = 99_999 }),
        new("/etcdserverpb.Watch/Watch", Watch(X), Own: Watch(P)),
        new("/etcdserverpb.Lease/LeaseGrant", new LeaseGrantRequest { TTL = 100 }, PlainMay: true),
        new("/etcdserverpb.Lease/LeaseKeepAlive", new LeaseKeepAliveRequest { ID = CallTableTests.RootsLease }, Own: new LeaseKeepAliveRequest { ID = 999 }),
        new("/etcdserverpb.Lease/LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = CallTableTests.RootsLease, Keys = true },
            Own: new LeaseTimeToLiveRequest { ID = CallTableTests.RootsLease }),
        new("/etcdserverpb.Lease/LeaseLeases", new LeaseLeasesRequest()),
        new("/etcdserverpb.Lease/LeaseRevoke", new LeaseRevokeRequest { ID = CallTableTests.RootsLease }, Own: new LeaseRevokeRequest { ID = 999 }),
        new("/etcdserverpb.Cluster/MemberAdd", new MemberAddRequest { PeerURLs = { "http://" } }),
        new("/etcdserverpb.Cluster/MemberRemove", new MemberRemoveRequest { ID = 999 }),
        new("/etcdserverpb.Cluster/MemberUpdate", new MemberUpdateRequest { ID = 999, PeerURLs = { "http://127.0.0.1:1" } }),
        new("/etcdserverpb.Cluster/MemberList", new MemberListRequest { Linearizable = true }, PlainMay: true),
        new("/etcdserverpb.Cluster/MemberPromote", new MemberPromoteRequest { ID = 999 }),
        new("/etcdserverpb.Maintenance/Alarm", new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = AlarmType.Nospace }, Own: new AlarmRequest()),
        new("/etcdserverpb.Maintenance/Status", new StatusRequest(), PlainMay: true),
        new("/etcdserverpb.Maintenance/Defragment", new DefragmentRequest()),
        new("/etcdserverpb.Maintenance/Hash", new HashRequest()),
        new("/etcdserverpb.Maintenance/HashKV", new HashKVRequest()),
        new("/etcdserverpb.Maintenance/Snapshot", new SnapshotRequest()),
        new("/etcdserverpb.Maintenance/MoveLeader", new MoveLeaderRequest { TargetID = 999 }),
        new("/etcdserverpb.Maintenance/Downgrade", new DowngradeRequest { Action = DowngradeRequest.Types.DowngradeAction.Validate, Version = "3.5" }),
        new("/etcdserverpb.Auth/AuthEnable", new AuthEnableRequest()),
        new("/etcdserverpb.Auth/AuthStatus", new AuthStatusRequest(), IsOpen: true),
        new("/etcdserverpb.Auth/Authenticate", new AuthenticateRequest { Name = "plain", Password = "plain" }, IsOpen: true),
        new("/etcdserverpb.Auth/UserAdd", new AuthUserAddRequest { Name = "new", Password = "new" }),
        new("/etcdserverpb.Auth/UserGet", new AuthUserGetRequest { Name = "missing" }, Own: new AuthUserGetRequest { Name = "plain" }),
        new("/etcdserverpb.Auth/UserList", new AuthUserListRequest()),
        new("/etcdserverpb.Auth/UserDelete", new AuthUserDeleteRequest { Name = "new" }),
        new("/etcdserverpb.Auth/UserChangePassword", new AuthUserChangePasswordRequest { Name = "plain2", Password = "x" }),
        new("/etcdserverpb.Auth/UserGrantRole", new AuthUserGrantRoleRequest { User = "other", Role = "other" }),
        new("/etcdserverpb.Auth/UserRevokeRole", new AuthUserRevokeRoleRequest { Name = "other", Role = "none" }),
        new("/etcdserverpb.Auth/RoleAdd", new AuthRoleAddRequest { Name = "new" }),
        new("/etcdserverpb.Auth/RoleGet", new AuthRoleGetRequest { Role = "other" }, Own: new AuthRoleGetRequest { Role = "plain" }),
        new("/etcdserverpb.Auth/RoleList", new AuthRoleListRequest()),
        new("/etcdserverpb.Auth/RoleDelete", new AuthRoleDeleteRequest { Role = "new" }),
        new("/etcdserverpb.Auth/RoleGrantPermission", new AuthRoleGrantPermissionRequest { Name = "other", Perm = new Permission { Key = X } }),
        new("/etcdserverpb.Auth/RoleRevokePermission", new AuthRoleRevokePermissionRequest { Role = "other", Key = X }),
        new("/v3lockpb.Lock/Lock", new LockRequest { Name = ByteString.CopyFromUtf8("x1") }, Own: new LockRequest { Name = ByteString.CopyFromUtf8("p/lock") }),
        new("/v3lockpb.Lock/Unlock", new UnlockRequest { Key = X }, Own: new UnlockRequest { Key = P }),
        new("/v3electionpb.Election/Campaign", new CampaignRequest { Name = ByteString.CopyFromUtf8("x2") }, Own: new CampaignRequest { Name = ByteString.CopyFromUtf8("p/campaign") }),
        new("/v3electionpb.Election/Proclaim", new ProclaimRequest { Leader = Leader(X) }, Own: new ProclaimRequest { Leader = Leader(P) }),
        new("/v3electionpb.Election/Leader", new LeaderRequest { Name = X }, Own: new LeaderRequest { Name = P }),
        new("/v3electionpb.Election/Observe", new LeaderRequest { Name = X }, Own: new LeaderRequest { Name = P }),
        new("/v3electionpb.Election/Resign", new ResignRequest { Leader = Leader(X) }, Own: new ResignRequest { Leader = Leader(P) }),
        new("/metastore.v1.Operations/Run", Puts(X), Own: Puts(P)),
        new("/metastore.v1.Members/Silent", new SilentMembersRequest(), PlainMay: true),
        new("/metastore.v1.Batching/Get", new GetBatchingRequest()),
        new("/metastore.v1.Batching/Set", new SetBatchingRequest()),
        new("/metastore.v1.Batching/Watch", new WatchBatchingRequest()),
        new("/grpc.health.v1.Health/Check", new HealthCheckRequest(), IsOpen: true),
        new("/grpc.health.v1.Health/Watch", new HealthCheckRequest(), IsOpen: true),

        // The last one: it ends what all others need.
        new("/etcdserverpb.Auth/AuthDisable", new AuthDisableRequest()),
    ];

    private static WatchRequest Watch(ByteString key) => new() { CreateRequest = new WatchCreateRequest { Key = key } };

    private static OperationsRequest Puts(ByteString key) => new() { Operations = { new KvOperation { Put = new PutRequest { Key = key } } } };

    private static LeaderKey Leader(ByteString key) => new() { Name = key, Key = key, Rev = 1 };

    /// <summary>A put under transactions of some depth, in the branch that is not taken.</summary>
    private static TxnRequest Deep(int depth, ByteString key)
    {
        var txn = new TxnRequest { Failure = { new RequestOp { RequestPut = new PutRequest { Key = key } } } };
        for (int i = 1; i < depth; i++)
        {
            txn = new TxnRequest { Success = { new RequestOp { RequestTxn = txn } } };
        }

        return txn;
    }
}
