using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Services.Mapping;
using static MetaStore.Protocol.Etcd.RangeRequest.Types;

namespace MetaStore.Server.Validation;

/// <summary>Validates a streamed read: like a Range, and that its response can be sent in parts. Source: etcd v3.7 KV.RangeStream.</summary>
internal static class RangeStreamValidator
{
    private static readonly Status Sorted = new(StatusCode.Unimplemented, "RangeStream does not support custom sort orders");
    private static readonly Status Bounded = new(StatusCode.Unimplemented, "RangeStream does not support revision filters");

    public static Status Check(RangeRequest request)
    {
        ServerError error = RangeValidator.Check(request);
        if (error != ServerError.None)
        {
            return StatusMap.Of(error);
        }

        bool inKeyOrder = request.SortOrder == SortOrder.None || (request.SortOrder == SortOrder.Ascend && request.SortTarget == SortTarget.Key);
        if (!inKeyOrder)
        {
            return Sorted;
        }

        bool bounded = (request.MinModRevision | request.MaxModRevision | request.MinCreateRevision | request.MaxCreateRevision) != 0;
        return bounded ? Bounded : Status.DefaultSuccess;
    }
}
