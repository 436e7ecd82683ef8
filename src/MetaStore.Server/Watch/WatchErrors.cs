using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Watch;

/// <summary>Texts of rejected watches, which are etcd's; clients compare them.</summary>
internal static class WatchErrors
{
    public const string EmptyRange = "mvcc: watcher range is empty";
    public const string DuplicateId = "mvcc: duplicate watch ID provided on the WatchStream";

    /// <summary>Ours: etcd has no limit.</summary>
    public const string TooMany = "etcdserver: too many watchers on the stream";

    /// <summary>A negative start revision.</summary>
    public static string Compacted => StatusMap.Of(ServerError.Compacted).Detail;

    /// <summary>An error as etcd prints it: with the name of its code.</summary>
    public static string Of(ServerError error)
    {
        Grpc.Core.Status status = StatusMap.Of(error);
        return $"rpc error: code = {status.StatusCode} desc = {status.Detail}";
    }
}
