using MetaStore.Protocol.Etcd;

namespace MetaStore.Server.Validation;

/// <summary>Checks a put. Source: etcd v3 KV.Put.</summary>
internal static class PutValidator
{
    public static ServerError Check(PutRequest request)
    {
        if (request.Key.IsEmpty)
        {
            return ServerError.KeyNotProvided;
        }

        if (request.IgnoreValue && !request.Value.IsEmpty)
        {
            return ServerError.ValueProvided;
        }

        return request.IgnoreLease && request.Lease != 0 ? ServerError.LeaseProvided : ServerError.None;
    }
}
