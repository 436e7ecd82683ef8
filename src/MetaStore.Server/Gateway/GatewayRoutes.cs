using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Gateway;

/// <summary>Maps gateway paths to gRPC methods. Source: the HTTP rules of etcd's v3 services.</summary>
internal sealed class GatewayRoutes(ServiceTable services)
{
    private const string Root = "/v3/";

    /// <summary>The root of etcd 3.4 and before; the paths under it are the same.</summary>
    private const string BetaRoot = "/v3beta/";

    private static readonly FrozenDictionary<string, string> Methods = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["kv/range"] = "/etcdserverpb.KV/Range",
        ["kv/put"] = "/etcdserverpb.KV/Put",
        ["kv/deleterange"] = "/etcdserverpb.KV/DeleteRange",
        ["kv/txn"] = "/etcdserverpb.KV/Txn",
        ["kv/compaction"] = "/etcdserverpb.KV/Compact",
        ["watch"] = "/etcdserverpb.Watch/Watch",
        ["lease/grant"] = "/etcdserverpb.Lease/LeaseGrant",
        ["lease/revoke"] = "/etcdserverpb.Lease/LeaseRevoke",
        ["lease/keepalive"] = "/etcdserverpb.Lease/LeaseKeepAlive",
        ["lease/timetolive"] = "/etcdserverpb.Lease/LeaseTimeToLive",
        ["lease/leases"] = "/etcdserverpb.Lease/LeaseLeases",
        ["kv/lease/revoke"] = "/etcdserverpb.Lease/LeaseRevoke",
        ["kv/lease/timetolive"] = "/etcdserverpb.Lease/LeaseTimeToLive",
        ["kv/lease/leases"] = "/etcdserverpb.Lease/LeaseLeases",
        ["cluster/member/add"] = "/etcdserverpb.Cluster/MemberAdd",
        ["cluster/member/remove"] = "/etcdserverpb.Cluster/MemberRemove",
        ["cluster/member/update"] = "/etcdserverpb.Cluster/MemberUpdate",
        ["cluster/member/list"] = "/etcdserverpb.Cluster/MemberList",
        ["cluster/member/promote"] = "/etcdserverpb.Cluster/MemberPromote",
        ["maintenance/alarm"] = "/etcdserverpb.Maintenance/Alarm",
        ["maintenance/status"] = "/etcdserverpb.Maintenance/Status",
        ["maintenance/defragment"] = "/etcdserverpb.Maintenance/Defragment",
        ["maintenance/hash"] = "/etcdserverpb.Maintenance/Hash",
        ["maintenance/hashkv"] = "/etcdserverpb.Maintenance/HashKV",
        ["maintenance/snapshot"] = "/etcdserverpb.Maintenance/Snapshot",
        ["maintenance/transfer-leadership"] = "/etcdserverpb.Maintenance/MoveLeader",
        ["maintenance/downgrade"] = "/etcdserverpb.Maintenance/Downgrade",
        ["lock/lock"] = "/v3lockpb.Lock/Lock",
        ["lock/unlock"] = "/v3lockpb.Lock/Unlock",
        ["election/campaign"] = "/v3electionpb.Election/Campaign",
        ["election/proclaim"] = "/v3electionpb.Election/Proclaim",
        ["election/leader"] = "/v3electionpb.Election/Leader",
        ["election/observe"] = "/v3electionpb.Election/Observe",
        ["election/resign"] = "/v3electionpb.Election/Resign",
        ["auth/enable"] = "/etcdserverpb.Auth/AuthEnable",
        ["auth/disable"] = "/etcdserverpb.Auth/AuthDisable",
        ["auth/status"] = "/etcdserverpb.Auth/AuthStatus",
        ["auth/authenticate"] = "/etcdserverpb.Auth/Authenticate",
        ["auth/user/add"] = "/etcdserverpb.Auth/UserAdd",
        ["auth/user/get"] = "/etcdserverpb.Auth/UserGet",
        ["auth/user/list"] = "/etcdserverpb.Auth/UserList",
        ["auth/user/delete"] = "/etcdserverpb.Auth/UserDelete",
        ["auth/user/changepw"] = "/etcdserverpb.Auth/UserChangePassword",
        ["auth/user/grant"] = "/etcdserverpb.Auth/UserGrantRole",
        ["auth/user/revoke"] = "/etcdserverpb.Auth/UserRevokeRole",
        ["auth/role/add"] = "/etcdserverpb.Auth/RoleAdd",
        ["auth/role/get"] = "/etcdserverpb.Auth/RoleGet",
        ["auth/role/list"] = "/etcdserverpb.Auth/RoleList",
        ["auth/role/delete"] = "/etcdserverpb.Auth/RoleDelete",
        ["auth/role/grant"] = "/etcdserverpb.Auth/RoleGrantPermission",
        ["auth/role/revoke"] = "/etcdserverpb.Auth/RoleRevokePermission",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every gRPC method that has a path, for tests.</summary>
    public static IEnumerable<string> MethodPaths => Methods.Values;

    /// <summary>True for paths that the gateway responds to, known or not.</summary>
    public static bool Covers(string path) =>
        path.StartsWith(Root, StringComparison.Ordinal) || path.StartsWith(BetaRoot, StringComparison.Ordinal);

    /// <summary>Finds the gRPC path of a gateway path.</summary>
    public static bool TryFind(string path, [NotNullWhen(true)] out string? methodPath)
    {
        string root = path.StartsWith(BetaRoot, StringComparison.Ordinal) ? BetaRoot : Root;
        return Methods.TryGetValue(path[root.Length..], out methodPath);
    }

    /// <summary>The bound method of a gRPC path; null when this version does not have it.</summary>
    public ServiceMethod? Bound(string methodPath) => services.Find(methodPath);
}
