using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;
using Target = MetaStore.Protocol.Etcd.RangeRequest.Types.SortTarget;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>Sorts records that are equal under the requested sort by key.</summary>
/// <remarks>
/// Where a limit cuts a run of equal records, it is not specified which are returned: there only the sort value is kept. Sorting by value with
/// keys_only does not return the values: all records count as one run.
/// </remarks>
internal static class TieOrder
{
    internal static void Settle(RangeRequest request, RangeResponse response)
    {
        if (request.SortTarget == Target.Key || response.Kvs.Count == 0)
        {
            return;
        }

        var hidden = request is { SortTarget: Target.Value, KeysOnly: true };
        var records = response.Kvs.ToArray();
        response.Kvs.Clear();
        for (var start = 0; start < records.Length;)
        {
            var end = start + 1;
            while (end < records.Length && (hidden || Rank(request, records[end]).Equals(Rank(request, records[start]))))
            {
                end++;
            }

            var run = records[start..end];
            Array.Sort(run, (left, right) => left.Key.Span.SequenceCompareTo(right.Key.Span));
            var cut = end == records.Length && response.More;
            response.Kvs.AddRange(cut ? run.Select(record => Reduced(request, record)) : run);
            start = end;
        }
    }

    private static object Rank(RangeRequest request, KeyValue record) => request.SortTarget switch
    {
        Target.Version => record.Version,
        Target.Create => record.CreateRevision,
        Target.Mod => record.ModRevision,
        _ => record.Value,
    };

    private static KeyValue Reduced(RangeRequest request, KeyValue record) => request.SortTarget switch
    {
        Target.Version => new KeyValue { Version = record.Version },
        Target.Create => new KeyValue { CreateRevision = record.CreateRevision },
        Target.Mod => new KeyValue { ModRevision = record.ModRevision },
        _ => new KeyValue { Value = record.Value },
    };
}
