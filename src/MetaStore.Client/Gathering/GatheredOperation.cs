using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.Core;
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

    /// <summary>The operation of a request; false when its call has to be made alone.</summary>
    public static bool TryMake<TRequest>(TRequest request, in CallOptions options, [NotNullWhen(true)] out KvOperation? operation)
    {
        operation = null;
        if (options.Credentials is not null || !HasTokenOnly(options.Headers))
        {
            return false;
        }

        operation = request switch
        {
            PutRequest put => new KvOperation { Put = put },
            RangeRequest range when IsSmall(range) => new KvOperation { Range = range },
            DeleteRangeRequest delete when !delete.PrevKv || delete.RangeEnd.IsEmpty => new KvOperation { DeleteRange = delete },
            TxnRequest txn => new KvOperation { Txn = txn },
            _ => null,
        };
        if (operation is null || ((IMessage)request!).CalculateSize() > BytesMost)
        {
            operation = null;
        }

        return operation is not null;
    }

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

    private static bool HasTokenOnly(Metadata? headers) => headers is null || headers.Count == 0 || (headers.Count == 1 && headers[0].Key == TokenKey);

    private static bool IsSmall(RangeRequest range) => range.RangeEnd.IsEmpty || range.CountOnly || range.Limit is > 0 and <= RangeKeysMost;
}
