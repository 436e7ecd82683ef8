using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Services;

/// <summary>Times reads as etcd does: the whole of a range or a transaction of ranges for its line, the range itself for its histogram.</summary>
internal sealed class SlowReads(SlowApplies slow)
{
    /// <summary>etcd_server_range_duration_seconds of ranges that worked.</summary>
    public Histogram Ranges { get; } = new(0.0001, 20);

    /// <summary>The same of those that did not.</summary>
    public Histogram RefusedRanges { get; } = new(0.0001, 20);

    /// <summary>A range was read, or refused, from the state.</summary>
    public void OnRange(long startedAt, bool worked) => (worked ? Ranges : RefusedRanges).Add(Stopwatch.GetElapsedTime(startedAt));

    /// <summary>A range is about to be answered.</summary>
    public void Look(long startedAt, RangeRequest request, RangeResponse response)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(startedAt);
        if (slow.IsSlow(took))
        {
            slow.Add(took, "read-only range ", RequestText.Of(request), $"range_response_count:{response.Kvs.Count} size:{response.CalculateSize()}");
        }
    }

    /// <summary>A transaction without writes is about to be answered.</summary>
    public void Look(long startedAt, TxnRequest request, TxnResponse response)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(startedAt);
        if (slow.IsSlow(took))
        {
            string counts = string.Join(' ', response.Responses.Take(16).Select(op => $"range_response_count:{op.ResponseRange?.Kvs.Count ?? 0}"));
            slow.Add(took, "read-only txn ", RequestText.Of(request), $"responses:<{counts}> size:{((IMessage)response).CalculateSize()}");
        }
    }
}
