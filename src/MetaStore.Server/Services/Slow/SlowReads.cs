using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Services.Slow;

/// <summary>Times reads as etcd does: a whole range or read-only transaction for the slow-request log, ranges also for their histogram.</summary>
internal sealed class SlowReads(SlowApplies slow)
{
    /// <summary>etcd_server_range_duration_seconds of successful ranges.</summary>
    public Histogram Ranges { get; } = new(0.0001, 20);

    /// <summary>etcd_server_range_duration_seconds of failed ranges.</summary>
    public Histogram RefusedRanges { get; } = new(0.0001, 20);

    /// <summary>Records a range after it was read from the state or failed.</summary>
    public void OnRange(long startedAt, bool worked) => (worked ? Ranges : RefusedRanges).Add(Stopwatch.GetElapsedTime(startedAt));

    /// <summary>Logs a range that took too long, before its response is sent.</summary>
    public void Look(long startedAt, RangeRequest request, RangeResponse response)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(startedAt);
        if (slow.IsSlow(took))
        {
            slow.Add(took, "read-only range ", RequestText.Of(request), $"range_response_count:{response.Kvs.Count} size:{response.CalculateSize()}");
        }
    }

    /// <summary>Logs a read-only transaction that took too long, before its response is sent.</summary>
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
