using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Observability.Traces;

namespace MetaStore.Server.Services.Slow;

/// <summary>Times reads as etcd does: a whole range or read-only transaction for the slow-request log, ranges also for their histogram.</summary>
/// <param name="slow">Logs what took longer than an apply may.</param>
/// <param name="slowAfter">Calls that take longer record the times of their stages.</param>
/// <param name="time">Wall clock of spans.</param>
internal sealed class SlowReads(SlowApplies slow, TimeSpan slowAfter, TimeProvider time)
{
    /// <summary>etcd_server_range_duration_seconds of successful ranges.</summary>
    public Histogram Ranges { get; } = new(0.0001, 20);

    /// <summary>etcd_server_range_duration_seconds of failed ranges.</summary>
    public Histogram RefusedRanges { get; } = new(0.0001, 20);

    /// <summary>Records a range after it was read from the state or failed.</summary>
    public void OnRange(long startedAt, bool worked) => (worked ? Ranges : RefusedRanges).Add(Stopwatch.GetElapsedTime(startedAt));

    /// <summary>Records the stage of a call that reads the state.</summary>
    /// <param name="call">The call; its stages before are recorded.</param>
    /// <param name="startedAt">When the call was begun.</param>
    /// <param name="readAt">When the state was to be read.</param>
    /// <returns>The time now, when the state has been read.</returns>
    public long OnRead(ServerCall call, long startedAt, long readAt)
    {
        long now = Stopwatch.GetTimestamp();
        if (call.WantsStages(Stopwatch.GetElapsedTime(startedAt, now), slowAfter))
        {
            RequestStages read = RequestStages.After(null, RequestStages.Read, readAt, now);
            call.Stages = RequestStages.After(call.Stages, RequestStages.Read, readAt, now);
            if (call.Span is { } span)
            {
                StageSpans.Add(span, read, time.GetUtcNow());
            }
        }

        return now;
    }

    /// <summary>Logs a range that took too long, before its response is sent.</summary>
    /// <param name="took">Time since the call was begun.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">The response, as a message or encoded.</param>
    /// <param name="measure">Pairs and bytes of the response.</param>
    public void Look<T>(TimeSpan took, RangeRequest request, T response, Func<T, (int Pairs, long Bytes)> measure)
    {
        if (slow.IsSlow(took))
        {
            (int pairs, long bytes) = measure(response);
            slow.Add(took, "read-only range ", RequestText.Of(request), $"range_response_count:{pairs} size:{bytes}");
        }
    }

    /// <summary>Logs a read-only transaction that took too long, before its response is sent.</summary>
    public void Look(TimeSpan took, TxnRequest request, TxnResponse response)
    {
        if (slow.IsSlow(took))
        {
            string counts = string.Join(' ', response.Responses.Take(16).Select(op => $"range_response_count:{op.ResponseRange?.Kvs.Count ?? 0}"));
            slow.Add(took, "read-only txn ", RequestText.Of(request), $"responses:<{counts}> size:{((IMessage)response).CalculateSize()}");
        }
    }
}
