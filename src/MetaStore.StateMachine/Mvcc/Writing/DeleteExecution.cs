using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>A delete, alone or inside a transaction. Source: etcd v3 KV.DeleteRange.</summary>
internal static class DeleteExecution
{
    /// <summary>
    /// Deletes in key order; returns the count and, when requested and within the meter's limit, the previous pairs in the same
    /// order.
    /// </summary>
    public static int Run(in DeleteRangeCommand delete, WriteTxn writer, AnswerMeter meter, out IReadOnlyList<KeyValue>? prevKvs)
    {
        prevKvs = delete.PrevKv && !meter.IsClosed
            ? RangeReader.Read(writer, new RangeQuery { Key = delete.Key, RangeEnd = delete.RangeEnd }, meter).Kvs
            : null;
        return writer.Delete(new KeyRange(delete.Key.Span, delete.RangeEnd.Span));
    }
}
