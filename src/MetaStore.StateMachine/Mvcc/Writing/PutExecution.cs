using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>A put, alone or inside a transaction. Source: etcd v3 KV.Put.</summary>
internal static class PutExecution
{
    /// <summary>Checks everything that can fail; afterwards <see cref="Run"/> cannot fail.</summary>
    public static ErrorCode Check(in PutCommand put, WriteTxn writer, Lessor lessor)
    {
        if (put.IgnoreValue && !put.Value.IsEmpty)
        {
            return ErrorCode.ValueProvided;
        }

        if (put.Lease != 0)
        {
            if (put.IgnoreLease)
            {
                return ErrorCode.LeaseProvided;
            }

            if (!lessor.Exists(put.Lease))
            {
                return ErrorCode.LeaseNotFound;
            }
        }

        return (put.IgnoreValue || put.IgnoreLease) && writer.Find(put.Key.Span) is null ? ErrorCode.KeyNotFound : ErrorCode.None;
    }

    /// <summary>Writes; returns the previous pair when it was requested, exists and fits into the meter's limit.</summary>
    public static KeyValue[]? Run(in PutCommand put, WriteTxn writer, AnswerMeter meter)
    {
        var wantsBefore = put.PrevKv && !meter.IsClosed;
        if (!(wantsBefore || put.IgnoreValue || put.IgnoreLease))
        {
            writer.Put(put.Key.Span, put.Value.Span, put.Lease);
            return null;
        }

        KeyValue before = default;
        var version = writer.Find(put.Key.Span);
        if (version is { } found && !writer.TryRecord(found, out before))
        {
            throw new EngineException("The record of a live key is missing.");
        }

        writer.Put(
            put.Key.Span,
            put.IgnoreValue ? before.Value.Span : put.Value.Span,
            put.IgnoreLease ? before.Lease : put.Lease);
        return wantsBefore && version is not null && meter.TryTake(before.Encoded.Length) ? [before] : null;
    }
}
