using Google.Protobuf.Collections;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using TargetUnion = MetaStore.Protocol.Etcd.Compare.TargetUnionOneofCase;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Converts generated requests into the state machine's types. Copies no bytes. The requests are validated before.</summary>
internal static class Requests
{
    public static RangeQuery ToQuery(RangeRequest request) => new()
    {
        Key = request.Key.Memory,
        RangeEnd = request.RangeEnd.Memory,
        Limit = request.Limit,
        Revision = request.Revision,
        SortOrder = (SortOrder)(int)request.SortOrder,
        SortTarget = (SortTarget)(int)request.SortTarget,
        KeysOnly = request.KeysOnly,
        CountOnly = request.CountOnly,
        MinModRevision = request.MinModRevision,
        MaxModRevision = request.MaxModRevision,
        MinCreateRevision = request.MinCreateRevision,
        MaxCreateRevision = request.MaxCreateRevision,
    };

    public static PutCommand ToCommand(PutRequest request) => new()
    {
        Key = request.Key.Memory,
        Value = request.Value.Memory,
        Lease = request.Lease,
        PrevKv = request.PrevKv,
        IgnoreValue = request.IgnoreValue,
        IgnoreLease = request.IgnoreLease,
    };

    public static DeleteRangeCommand ToCommand(DeleteRangeRequest request) => new()
    {
        Key = request.Key.Memory,
        RangeEnd = request.RangeEnd.Memory,
        PrevKv = request.PrevKv,
    };

    public static TxnCommand ToCommand(TxnRequest request) => new()
    {
        Compares = [.. request.Compare.Select(ToCompare)],
        Success = ToOperations(request.Success),
        Failure = ToOperations(request.Failure),
    };

    /// <summary>True when every range of a read-only transaction may be served without a quorum.</summary>
    public static bool IsSerializable(TxnRequest request) =>
        request.Success.Concat(request.Failure).All(operation => operation.RequestRange.Serializable);

    private static TxnOp[] ToOperations(RepeatedField<RequestOp> operations)
    {
        var result = new TxnOp[operations.Count];
        for (int i = 0; i < result.Length; i++)
        {
            RequestOp operation = operations[i];
            result[i] = operation.RequestCase switch
            {
                RequestOp.RequestOneofCase.RequestRange => TxnOp.Of(ToQuery(operation.RequestRange)),
                RequestOp.RequestOneofCase.RequestPut => TxnOp.Of(ToCommand(operation.RequestPut)),
                RequestOp.RequestOneofCase.RequestDeleteRange => TxnOp.Of(ToCommand(operation.RequestDeleteRange)),
                RequestOp.RequestOneofCase.RequestTxn => TxnOp.Of(ToCommand(operation.RequestTxn)),
                _ => throw new ArgumentException("an operation that validation should have refused", nameof(operations)),
            };
        }

        return result;
    }

    private static TxnCompare ToCompare(Compare compare)
    {
        // An operand of a type other than the target's counts as zero or empty, as in etcd.
        long number = (compare.Target, compare.TargetUnionCase) switch
        {
            (Compare.Types.CompareTarget.Version, TargetUnion.Version) => compare.Version,
            (Compare.Types.CompareTarget.Create, TargetUnion.CreateRevision) => compare.CreateRevision,
            (Compare.Types.CompareTarget.Mod, TargetUnion.ModRevision) => compare.ModRevision,
            (Compare.Types.CompareTarget.Lease, TargetUnion.Lease) => compare.Lease,
            _ => 0,
        };
        return new TxnCompare
        {
            Target = (CompareTarget)(int)compare.Target,
            Result = (CompareResult)(int)compare.Result,
            Key = compare.Key.Memory,
            RangeEnd = compare.RangeEnd.Memory,
            Number = number,
            Value = compare.TargetUnionCase == TargetUnion.Value ? compare.Value.Memory : default,
        };
    }
}
