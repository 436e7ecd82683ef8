using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Short forms for the parts of transactions.</summary>
internal static class Ops
{
    public static TxnCommand Txn(TxnCompare[] compares, TxnOp[] success, TxnOp[]? failure = null)
        => new() { Compares = compares, Success = success, Failure = failure ?? [] };

    public static TxnOp Put(string key, string value = "", long lease = 0, bool prevKv = false)
        => TxnOp.Of(new PutCommand { Key = Bytes.Of(key), Value = Bytes.Of(value), Lease = lease, PrevKv = prevKv });

    public static TxnOp Delete(string key, string? end = null, bool prevKv = false)
        => TxnOp.Of(new DeleteRangeCommand { Key = Bytes.Of(key), RangeEnd = Bytes.Of(end), PrevKv = prevKv });

    public static TxnOp Range(string key, string? end = null, long revision = 0)
        => TxnOp.Of(new RangeQuery { Key = Bytes.Of(key), RangeEnd = Bytes.Of(end), Revision = revision });

    public static TxnOp Nested(TxnCompare[] compares, TxnOp[] success, TxnOp[]? failure = null) => TxnOp.Of(Txn(compares, success, failure));

    public static TxnCompare Is(CompareTarget target, string key, CompareResult result, long number = 0, string? value = null, string? end = null)
        => new()
        {
            Target = target,
            Key = Bytes.Of(key),
            RangeEnd = Bytes.Of(end),
            Result = result,
            Number = number,
            Value = Bytes.Of(value),
        };
}
