using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>Executes a transaction in three passes: all compares choose a path, the path is checked, the path is executed.</summary>
/// <remarks>
/// Nothing is written before all checks have passed, so a failed transaction changes nothing. Reads run only while the meter is open;
/// writes do not depend on it. Source: etcd v3 KV.Txn.
/// </remarks>
internal readonly struct TxnEvaluator<TSource>(TSource source, WriteTxn? writer, Lessor? lessor, AnswerMeter meter)
    where TSource : IRecordSource
{
    /// <summary>Evaluates, checks, executes. Returns an error, or none and the result.</summary>
    public ErrorCode Execute(TxnCommand txn, out TxnResult? result)
    {
        source.Counts.Transaction();
        var path = new Queue<bool>();
        Choose(txn, path);
        var deleted = new List<DeleteRangeCommand>();
        var error = CheckPuts(txn, new Queue<bool>(path), deleted);
        error = error == ErrorCode.None ? CheckRanges(txn, new Queue<bool>(path)) : error;
        result = error == ErrorCode.None ? Run(txn, path) : null;
        return error;
    }

    /// <summary>Evaluates the compares of the transaction and of those nested in the branch taken, before any write.</summary>
    private void Choose(TxnCommand txn, Queue<bool> path)
    {
        var succeeded = TxnComparer.All(source, txn.Compares);
        path.Enqueue(succeeded);
        foreach (var operation in succeeded ? txn.Success : txn.Failure)
        {
            if (operation.Kind == TxnOpKind.Txn)
            {
                Choose(operation.Txn!, path);
            }
        }
    }

    /// <summary>Checks all puts of the path before any range, whatever their order: that decides which of two errors is returned.</summary>
    private ErrorCode CheckPuts(TxnCommand txn, Queue<bool> path, List<DeleteRangeCommand> deleted)
    {
        foreach (var operation in path.Dequeue() ? txn.Success : txn.Failure)
        {
            var error = operation.Kind switch
            {
                TxnOpKind.Put => CheckPut(operation.Put, deleted),
                TxnOpKind.Txn => CheckPuts(operation.Txn!, path, deleted),
                _ => ErrorCode.None,
            };
            if (error != ErrorCode.None)
            {
                return error;
            }

            if (operation.Kind == TxnOpKind.DeleteRange)
            {
                deleted.Add(operation.DeleteRange);
            }
        }

        return ErrorCode.None;
    }

    private ErrorCode CheckRanges(TxnCommand txn, Queue<bool> path)
    {
        foreach (var operation in path.Dequeue() ? txn.Success : txn.Failure)
        {
            var error = operation.Kind switch
            {
                TxnOpKind.Range => CheckRange(operation.Range),
                TxnOpKind.Txn => CheckRanges(operation.Txn!, path),
                _ => ErrorCode.None,
            };
            if (error != ErrorCode.None)
            {
                return error;
            }
        }

        return ErrorCode.None;
    }

    private ErrorCode CheckRange(in RangeQuery range)
    {
        if ((uint)range.SortOrder > (uint)SortOrder.Descend || (uint)range.SortTarget > (uint)SortTarget.Value)
        {
            return ErrorCode.InvalidSortOption;
        }

        // Alone, a range at a negative revision reads the newest; in a transaction only zero does, and a negative one is below the
        // compacted revision.
        return range.Revision < 0 && range.Revision < source.Compacted
            ? ErrorCode.Compacted
            : RangeReader.CheckRevision(range.Revision, source.Revision, source.Compacted);
    }

    private ErrorCode CheckPut(in PutCommand put, List<DeleteRangeCommand> deleted)
    {
        var keeps = put.IgnoreValue || put.IgnoreLease;
        if (keeps && writer!.Find(put.Key.Span) is null)
        {
            // Checked before a missing lease; for a put alone the order is the other way round.
            return ErrorCode.KeyNotFound;
        }

        var error = PutExecution.Check(put, writer!, lessor!);
        if (error != ErrorCode.None || !keeps)
        {
            return error;
        }

        // A delete earlier on the path would leave the put no value to keep, and by then writes would have happened.
        foreach (var delete in deleted)
        {
            if (new KeyRange(delete.Key.Span, delete.RangeEnd.Span).Contains(put.Key.Span))
            {
                return ErrorCode.KeyNotFound;
            }
        }

        return ErrorCode.None;
    }

    private TxnResult Run(TxnCommand txn, Queue<bool> path)
    {
        var succeeded = path.Dequeue();
        var operations = succeeded ? txn.Success : txn.Failure;
        var responses = operations.Count == 0 ? [] : new TxnOpResult[operations.Count];
        for (var i = 0; i < responses.Length; i++)
        {
            responses[i] = operations[i].Kind switch
            {
                TxnOpKind.Range => RunRange(operations[i].Range),
                TxnOpKind.Put => RunPut(operations[i].Put),
                TxnOpKind.DeleteRange => RunDelete(operations[i].DeleteRange),
                _ => new TxnOpResult { Kind = TxnOpKind.Txn, Txn = Run(operations[i].Txn!, path) },
            };
        }

        return new TxnResult { Succeeded = succeeded, Responses = responses };
    }

    private TxnOpResult RunRange(in RangeQuery query)
    {
        source.Counts.Range();
        if (meter.IsClosed)
        {
            return new TxnOpResult { Kind = TxnOpKind.Range, Revision = source.Revision };
        }

        var result = RangeReader.Read(source, query, meter);
        return new TxnOpResult { Kind = TxnOpKind.Range, Range = result, Revision = result.Revision };
    }

    private TxnOpResult RunPut(in PutCommand put)
    {
        var prevKvs = PutExecution.Run(put, writer!, meter);
        return new TxnOpResult { Kind = TxnOpKind.Put, PrevKvs = prevKvs, Revision = writer!.Revision };
    }

    private TxnOpResult RunDelete(in DeleteRangeCommand delete)
    {
        var deleted = DeleteExecution.Run(delete, writer!, meter, out var prevKvs);
        return new TxnOpResult { Kind = TxnOpKind.DeleteRange, Deleted = deleted, PrevKvs = prevKvs, Revision = writer!.Revision };
    }
}
