using System.Collections.Frozen;

namespace MetaStore.Server.Auth;

/// <summary>Who may call which method. A method without a row needs an administrator; a test compares the rows with the descriptors.</summary>
/// <remarks>Source: etcd v3, and docs/users.md.</remarks>
internal static class CallRules
{
    private static readonly FrozenDictionary<string, CallRule> Rules = new Dictionary<string, CallRule>(StringComparer.Ordinal)
    {
        ["/etcdserverpb.KV/Range"] = CallRule.Judged,
        ["/etcdserverpb.KV/RangeStream"] = CallRule.Judged,
        ["/etcdserverpb.KV/Put"] = CallRule.Judged,
        ["/etcdserverpb.KV/DeleteRange"] = CallRule.Judged,
        ["/etcdserverpb.KV/Txn"] = CallRule.Judged,
        ["/etcdserverpb.KV/Compact"] = CallRule.Judged,
        ["/etcdserverpb.Watch/Watch"] = CallRule.Judged,
        ["/etcdserverpb.Lease/LeaseGrant"] = CallRule.Judged,
        ["/etcdserverpb.Lease/LeaseRevoke"] = CallRule.Judged,
        ["/etcdserverpb.Lease/LeaseKeepAlive"] = CallRule.Judged,
        ["/etcdserverpb.Lease/LeaseTimeToLive"] = CallRule.Judged,
        ["/etcdserverpb.Lease/LeaseLeases"] = CallRule.Judged,
        ["/etcdserverpb.Cluster/MemberAdd"] = CallRule.Administrator,
        ["/etcdserverpb.Cluster/MemberRemove"] = CallRule.Administrator,
        ["/etcdserverpb.Cluster/MemberUpdate"] = CallRule.Administrator,
        ["/etcdserverpb.Cluster/MemberList"] = CallRule.User,
        ["/etcdserverpb.Cluster/MemberPromote"] = CallRule.Administrator,
        ["/etcdserverpb.Maintenance/Alarm"] = CallRule.Judged,
        ["/etcdserverpb.Maintenance/Status"] = CallRule.User,
        ["/etcdserverpb.Maintenance/Defragment"] = CallRule.Administrator,
        ["/etcdserverpb.Maintenance/Hash"] = CallRule.Administrator,
        ["/etcdserverpb.Maintenance/HashKV"] = CallRule.Administrator,
        ["/etcdserverpb.Maintenance/Snapshot"] = CallRule.Administrator,
        ["/etcdserverpb.Maintenance/MoveLeader"] = CallRule.Administrator,
        ["/etcdserverpb.Maintenance/Downgrade"] = CallRule.Administrator,
        ["/etcdserverpb.Auth/AuthEnable"] = CallRule.Judged,
        ["/etcdserverpb.Auth/AuthDisable"] = CallRule.Judged,
        ["/etcdserverpb.Auth/AuthStatus"] = CallRule.Open,
        ["/etcdserverpb.Auth/Authenticate"] = CallRule.Open,
        ["/etcdserverpb.Auth/UserAdd"] = CallRule.Judged,
        ["/etcdserverpb.Auth/UserGet"] = CallRule.Judged,
        ["/etcdserverpb.Auth/UserList"] = CallRule.Judged,
        ["/etcdserverpb.Auth/UserDelete"] = CallRule.Judged,
        ["/etcdserverpb.Auth/UserChangePassword"] = CallRule.Judged,
        ["/etcdserverpb.Auth/UserGrantRole"] = CallRule.Judged,
        ["/etcdserverpb.Auth/UserRevokeRole"] = CallRule.Judged,
        ["/etcdserverpb.Auth/RoleAdd"] = CallRule.Judged,
        ["/etcdserverpb.Auth/RoleGet"] = CallRule.Judged,
        ["/etcdserverpb.Auth/RoleList"] = CallRule.Judged,
        ["/etcdserverpb.Auth/RoleDelete"] = CallRule.Judged,
        ["/etcdserverpb.Auth/RoleGrantPermission"] = CallRule.Judged,
        ["/etcdserverpb.Auth/RoleRevokePermission"] = CallRule.Judged,
        ["/v3lockpb.Lock/Lock"] = CallRule.Judged,
        ["/v3lockpb.Lock/Unlock"] = CallRule.Judged,
        ["/v3electionpb.Election/Campaign"] = CallRule.Judged,
        ["/v3electionpb.Election/Proclaim"] = CallRule.Judged,
        ["/v3electionpb.Election/Leader"] = CallRule.Judged,
        ["/v3electionpb.Election/Observe"] = CallRule.Judged,
        ["/v3electionpb.Election/Resign"] = CallRule.Judged,
        ["/metastore.v1.Operations/Run"] = CallRule.Judged,
        ["/metastore.v1.Members/Silent"] = CallRule.User,
        ["/metastore.v1.Batching/Get"] = CallRule.Administrator,
        ["/metastore.v1.Batching/Set"] = CallRule.Administrator,
        ["/metastore.v1.Batching/Watch"] = CallRule.Administrator,
        ["/grpc.health.v1.Health/Check"] = CallRule.Open,
        ["/grpc.health.v1.Health/Watch"] = CallRule.Open,
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = CallRule.Open,
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = CallRule.Open,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Paths that have a row.</summary>
    public static IEnumerable<string> Paths => Rules.Keys;

    /// <summary>The rule of a method.</summary>
    /// <param name="path">Its HTTP/2 path.</param>
    public static CallRule Of(string path) => Rules.GetValueOrDefault(path, CallRule.Administrator);
}
