using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>Which calls can be operations of a stream, and as what.</summary>
internal static class GatheredOperation
{
    /// <summary>Larger requests are sent alone, so that they do not hold up the others.</summary>
    internal const int BytesMost = 64 << 10;

    /// <summary>Keys that a range may have; the result of a larger one holds up the others.</summary>
    private const int RangeKeysMost = 100;

    private const string TokenKey = "token";

    /// <summary>The field of KvOperation that a request is; 0 when its call has to be made alone.</summary>
    public static int FieldOf(object request) => request switch
    {
        PutRequest => KvOperation.PutFieldNumber,
        RangeRequest range when IsSmall(range) => KvOperation.RangeFieldNumber,
        DeleteRangeRequest delete when !delete.PrevKv || delete.RangeEnd.IsEmpty => KvOperation.DeleteRangeFieldNumber,
        TxnRequest => KvOperation.TxnFieldNumber,
        _ => 0,
    };

    /// <summary>Whether a call with these options may share a stream.</summary>
    public static bool MayShare(in CallOptions options) => options.Credentials is null && HasTokenOnly(options.Headers);

    /// <summary>The response in a result; null when it is one of another operation.</summary>
    public static object? ResponseOf(KvResult result) => result.ResultCase switch
    {
        KvResult.ResultOneofCase.Put => result.Put,
        KvResult.ResultOneofCase.Range => result.Range,
        KvResult.ResultOneofCase.DeleteRange => result.DeleteRange,
        KvResult.ResultOneofCase.Txn => result.Txn,
        _ => null,
    };

    /// <summary>The token in a call's metadata; null for none.</summary>
    public static string? TokenOf(Metadata? headers) => headers?.GetValue(TokenKey);

    /// <summary>The caller's span as an operation carries it, since the headers of a stream are those of no single call; empty for none.</summary>
    public static string TraceparentOf(Activity? caller) => caller is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";

    /// <summary>Whether a stream without results that ended so ran no operation: the server has refused it, or was not reached.</summary>
    public static bool NothingRan(RpcException failure) => failure.IsUnreachable()
        || failure.StatusCode is StatusCode.Unimplemented or StatusCode.FailedPrecondition or StatusCode.PermissionDenied or StatusCode.Unauthenticated
            or StatusCode.InvalidArgument;

    private static bool HasTokenOnly(Metadata? headers) => headers is null || headers.Count == 0 || (headers.Count == 1 && headers[0].Key == TokenKey);

    private static bool IsSmall(RangeRequest range) => range.RangeEnd.IsEmpty || range.CountOnly || range.Limit is > 0 and <= RangeKeysMost;
}
