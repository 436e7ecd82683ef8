using MetaStore.Engines;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>Decides whether the compares of a transaction hold. Source: etcd v3 Compare.</summary>
internal static class TxnComparer
{
    public static bool All<TSource>(TSource source, IReadOnlyList<TxnCompare> compares)
        where TSource : IRecordSource
    {
        foreach (var compare in compares)
        {
            if (!Holds(source, compare))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Holds<TSource>(TSource source, in TxnCompare compare)
        where TSource : IRecordSource
    {
        var range = new KeyRange(compare.Key.Span, compare.RangeEnd.Span);
        if (range.IsSingle)
        {
            return source.Index.TryGet(range.From, out var cell) && cell.LiveAt(source.Revision) is { } version
                ? Holds(source, compare, version)
                : HoldsForMissing(compare);
        }

        var any = false;
        var cursor = source.Index.Seek(range.From, range.To);
        while (cursor.MoveNext())
        {
            if (cursor.Value.LiveAt(source.Revision) is { } version)
            {
                any = true;
                if (!Holds(source, compare, version))
                {
                    return false;
                }
            }
        }

        return any || HoldsForMissing(compare);
    }

    private static bool Holds<TSource>(TSource source, in TxnCompare compare, KeyVersion version)
        where TSource : IRecordSource
        => Relates(compare.Result, compare.Target switch
        {
            CompareTarget.Version => version.Version.CompareTo(compare.Number),
            CompareTarget.Create => version.Create.CompareTo(compare.Number),
            CompareTarget.Mod => version.Main.CompareTo(compare.Number),
            CompareTarget.Value => Record(source, version).Value.Span.SequenceCompareTo(compare.Value.Span),
            CompareTarget.Lease => Record(source, version).Lease.CompareTo(compare.Number),
            _ => 0,
        });

    /// <summary>A missing key has no value, so no comparison with its value holds; its numbers are all 0.</summary>
    private static bool HoldsForMissing(in TxnCompare compare)
        => compare.Target switch
        {
            CompareTarget.Value => false,
            CompareTarget.Version or CompareTarget.Create or CompareTarget.Mod or CompareTarget.Lease
                => Relates(compare.Result, 0L.CompareTo(compare.Number)),
            _ => Relates(compare.Result, 0),
        };

    private static bool Relates(CompareResult wanted, int order)
        => wanted switch
        {
            CompareResult.Equal => order == 0,
            CompareResult.NotEqual => order != 0,
            CompareResult.Greater => order > 0,
            CompareResult.Less => order < 0,
            _ => true,
        };

    private static KeyValue Record<TSource>(TSource source, KeyVersion version)
        where TSource : IRecordSource
        => source.TryRecord(version, out var record)
            ? record
            : throw new EngineException($"The record of revision {version.Main}/{version.Sub} is missing.");
}
