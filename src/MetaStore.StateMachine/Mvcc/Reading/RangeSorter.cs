using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Mvcc.Index;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Sorts the result of a range; the input is in key order, and ties stay in key order for both directions.</summary>
internal static class RangeSorter
{
    public static List<KeyVersion> Sort(List<KeyVersion> found, in RangeQuery query)
    {
        var descends = query.SortOrder == SortOrder.Descend;
        if (query.SortTarget == SortTarget.Key)
        {
            found.Reverse();
            return found;
        }

        Func<KeyVersion, long> number = query.SortTarget switch
        {
            SortTarget.Version => version => version.Version,
            SortTarget.Create => version => version.Create,
            _ => version => version.Main,
        };

        // LINQ's sorts are stable, which keeps ties in key order.
        return descends ? [.. found.OrderByDescending(number)] : [.. found.OrderBy(number)];
    }

    /// <summary>Sorts by value, cuts at the limit, and only then drops the values if they were not requested.</summary>
    public static KeyValue[] ByValue(KeyValue[] records, in RangeQuery query, long limit)
    {
        var sign = query.SortOrder == SortOrder.Descend ? -1 : 1;
        var order = Comparer<KeyValue>.Create((x, y) => sign * x.Value.Span.SequenceCompareTo(y.Value.Span));
        var sorted = records.Order(order).Take((int)Math.Min(limit, int.MaxValue)).ToArray();
        if (query.KeysOnly)
        {
            for (var i = 0; i < sorted.Length; i++)
            {
                sorted[i] = RangeReader.WithoutValue(sorted[i]);
            }
        }

        return sorted;
    }
}
