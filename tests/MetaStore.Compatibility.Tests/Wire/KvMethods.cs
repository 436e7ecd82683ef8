using MetaStore.Protocol.Etcd;
using Google.Protobuf;

namespace MetaStore.Compatibility.Tests.Wire;

/// <summary>The unary calls that the comparison sends, found by the type of the request.</summary>
internal static class KvMethods
{
    internal static Task<WireAnswer> SendAsync(this WireClient client, IMessage request)
    {
        var (method, responses) = Of(request);
        return client.CallAsync(method, request, responses);
    }

    private static (string Method, MessageParser Responses) Of(IMessage request) => request switch
    {
        RangeRequest => ("/etcdserverpb.KV/Range", RangeResponse.Parser),
        PutRequest => ("/etcdserverpb.KV/Put", PutResponse.Parser),
        DeleteRangeRequest => ("/etcdserverpb.KV/DeleteRange", DeleteRangeResponse.Parser),
        TxnRequest => ("/etcdserverpb.KV/Txn", TxnResponse.Parser),
        CompactionRequest => ("/etcdserverpb.KV/Compact", CompactionResponse.Parser),
        LeaseGrantRequest => ("/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser),
        LeaseRevokeRequest => ("/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser),
        LeaseTimeToLiveRequest => ("/etcdserverpb.Lease/LeaseTimeToLive", LeaseTimeToLiveResponse.Parser),
        LeaseKeepAliveRequest => ("/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser),
        LeaseLeasesRequest => ("/etcdserverpb.Lease/LeaseLeases", LeaseLeasesResponse.Parser),
        _ => throw new ArgumentException($"no call takes a {request.Descriptor.FullName}", nameof(request)),
    };
}
