using MetaStore.Protocol.Etcd;

namespace MetaStore.Server.Validation;

/// <summary>Checks a delete. Source: etcd v3 KV.DeleteRange.</summary>
internal static class DeleteRangeValidator
{
    public static ServerError Check(DeleteRangeRequest request) => request.Key.IsEmpty ? ServerError.KeyNotProvided : ServerError.None;
}
