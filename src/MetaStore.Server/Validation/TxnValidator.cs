using Google.Protobuf.Collections;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.Server.Validation;

/// <summary>Validates a transaction: operation budget, every operation of both branches, then duplicate keys. Source: etcd v3 KV.Txn.</summary>
internal static class TxnValidator
{
    /// <summary>Validates in etcd's order, so that the same request fails with the same text.</summary>
    /// <param name="request">The transaction.</param>
    /// <param name="maxOperations">Operations of the longest list; a nested transaction gets what remains of its parent's.</param>
    public static ServerError Check(TxnRequest request, int maxOperations)
    {
        ServerError error = CheckLevel(request, maxOperations, depth: 0);
        if (error == ServerError.None)
        {
            error = TxnWrites.Check(request.Success);
        }

        return error == ServerError.None ? TxnWrites.Check(request.Failure) : error;
    }

    private static ServerError CheckLevel(TxnRequest request, int budget, int depth)
    {
        int used = Math.Max(request.Compare.Count, Math.Max(request.Success.Count, request.Failure.Count));

        // Deeper than etcd's default budget allows; the log's format has a limit of its own.
        if (used > budget || depth > CommandFormat.TxnDepthMax)
        {
            return ServerError.TooManyOperations;
        }

        foreach (Compare compare in request.Compare)
        {
            if (compare.Key.IsEmpty)
            {
                return ServerError.KeyNotProvided;
            }
        }

        ServerError error = CheckOperations(request.Success, budget - used, depth);
        return error == ServerError.None ? CheckOperations(request.Failure, budget - used, depth) : error;
    }

    private static ServerError CheckOperations(RepeatedField<RequestOp> operations, int budget, int depth)
    {
        foreach (RequestOp operation in operations)
        {
            ServerError error = operation.RequestCase switch
            {
                RequestOp.RequestOneofCase.RequestRange => RangeValidator.Check(operation.RequestRange),
                RequestOp.RequestOneofCase.RequestPut => PutValidator.Check(operation.RequestPut),
                RequestOp.RequestOneofCase.RequestDeleteRange => DeleteRangeValidator.Check(operation.RequestDeleteRange),
                RequestOp.RequestOneofCase.RequestTxn => CheckLevel(operation.RequestTxn, budget, depth + 1),
                _ => ServerError.KeyNotFound,
            };
            if (error != ServerError.None)
            {
                return error;
            }
        }

        return ServerError.None;
    }
}
