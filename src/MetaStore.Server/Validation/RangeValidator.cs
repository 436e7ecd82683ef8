using MetaStore.Protocol.Etcd;

namespace MetaStore.Server.Validation;

/// <summary>Validates a read. Source: etcd v3 KV.Range.</summary>
internal static class RangeValidator
{
    public static ServerError Check(RangeRequest request)
    {
        if (request.Key.IsEmpty)
        {
            return ServerError.KeyNotProvided;
        }

        bool known = (uint)request.SortOrder <= (uint)RangeRequest.Types.SortOrder.Descend
            && (uint)request.SortTarget <= (uint)RangeRequest.Types.SortTarget.Value;
        return known ? ServerError.None : ServerError.InvalidSortOption;
    }
}
