using Google.Protobuf;
using Google.Protobuf.Collections;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Mvcc.Writing;
using WireKeyValue = MetaStore.Protocol.Mvcc.KeyValue;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Converts results of the state machine into generated responses.</summary>
/// <remarks>
/// Byte strings are copied: those of a read are valid only until the read transaction is disposed, and the response is serialized later.
/// </remarks>
internal static class Responses
{
    public static void Fill(RangeResponse response, in RangeResult result)
    {
        Fill(response.Kvs, result.Kvs);
        response.Count = result.Count;
        response.More = result.More;
    }

    public static WireKeyValue ToWire(in KeyValue pair)
    {
        var wire = new WireKeyValue
        {
            CreateRevision = pair.CreateRevision,
            ModRevision = pair.ModRevision,
            Version = pair.Version,
            Lease = pair.Lease,
            Key = ByteString.CopyFrom(pair.Key.Span),
        };
        if (!pair.Value.IsEmpty)
        {
            wire.Value = ByteString.CopyFrom(pair.Value.Span);
        }

        return wire;
    }

    public static void Fill(RepeatedField<WireKeyValue> target, IReadOnlyList<KeyValue>? pairs)
    {
        if (pairs is null)
        {
            return;
        }

        target.Capacity = pairs.Count;
        for (int i = 0; i < pairs.Count; i++)
        {
            target.Add(ToWire(pairs[i]));
        }
    }

    public static void Fill(TxnResponse response, TxnResult result)
    {
        response.Succeeded = result.Succeeded;
        foreach (TxnOpResult operation in result.Responses)
        {
            response.Responses.Add(ToWire(operation));
        }
    }

    private static ResponseOp ToWire(TxnOpResult operation)
    {
        // Inside a transaction a header carries only the revision, and a nested transaction's header is empty.
        var header = new ResponseHeader { Revision = operation.Revision };
        switch (operation.Kind)
        {
            case TxnOpKind.Range:
                var range = new RangeResponse { Header = header };
                Fill(range, operation.Range);
                return new ResponseOp { ResponseRange = range };
            case TxnOpKind.Put:
                var put = new PutResponse { Header = header };
                if (operation.PrevKvs is { Count: > 0 } before)
                {
                    put.PrevKv = ToWire(before[0]);
                }

                return new ResponseOp { ResponsePut = put };
            case TxnOpKind.DeleteRange:
                var delete = new DeleteRangeResponse { Header = header, Deleted = operation.Deleted };
                Fill(delete.PrevKvs, operation.PrevKvs);
                return new ResponseOp { ResponseDeleteRange = delete };
            default:
                var nested = new TxnResponse { Header = new ResponseHeader() };
                Fill(nested, operation.Txn!);
                return new ResponseOp { ResponseTxn = nested };
        }
    }
}
