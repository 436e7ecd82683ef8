using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.V1;

namespace MetaStore.Server.Dashboard.Looks;

/// <summary>A member's metastore.v1.Batching response as JSON for pages; names are those of the messages.</summary>
internal static class BatchingJson
{
    private static readonly JsonFormatter Settings = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>Writes the object. Histograms and single batches are omitted: no page shows them.</summary>
    public static void Write(Utf8JsonWriter json, GetBatchingResponse batching)
    {
        json.WriteStartObject();
        json.WritePropertyName("settings");
        json.WriteRawValue(Settings.Format(batching.Settings));
        Write(json, batching.Stats);
        if (batching.Admission is { } admission)
        {
            Write(json, admission);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BatchStats stats)
    {
        json.WriteStartObject("stats");
        json.WriteNumber("total_proposals", stats.TotalProposals);
        json.WriteNumber("total_batches", stats.TotalBatches);
        json.WriteNumber("total_dropped", stats.TotalDropped);
        json.WriteNumber("total_bytes", stats.TotalBytes);
        json.WriteNumber("total_encoded_bytes", stats.TotalEncodedBytes);

        // JSON has no other numbers, and the response of one member must not end the pages of this one.
        json.WriteNumber("current_load", double.IsFinite(stats.CurrentLoad) ? stats.CurrentLoad : 0);
        json.WriteNumber("current_batch_size", stats.CurrentBatchSize);
        json.WriteNumber("current_timeout_us", stats.CurrentTimeoutUs);
        json.WriteNumber("buffer_length", stats.BufferLength);
        json.WriteNumber("proposals_in_flight", stats.ProposalsInFlight);
        json.WriteNumber("average_latency_us", stats.AverageLatencyUs);
        Write(json, stats.Flushes ?? new FlushCounts());
        if (stats.SinceChange is { } sinceChange)
        {
            json.WriteStartObject("since_change");
            Write(json, sinceChange);
            json.WriteEndObject();
        }

        json.WriteStartArray("modes");
        foreach (ModeTotals mode in stats.Modes)
        {
            json.WriteStartObject();
            json.WriteNumber("policy", (int)mode.Policy);
            json.WriteBoolean("flush_when_idle", mode.FlushWhenIdle);
            Write(json, mode.Totals ?? new BatchTotals());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("stages");
        foreach (StageLatency stage in stats.Stages)
        {
            json.WriteStartObject();
            json.WriteString("stage", stage.Stage);
            json.WriteNumber("count", stage.Count);
            json.WriteNumber("p50_us", stage.P50Us);
            json.WriteNumber("p99_us", stage.P99Us);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FlushCounts flushes)
    {
        json.WriteStartObject("flushes");
        json.WriteNumber("size", flushes.Size);
        json.WriteNumber("bytes", flushes.Bytes);
        json.WriteNumber("timeout", flushes.Timeout);
        json.WriteNumber("idle", flushes.Idle);
        json.WriteNumber("drain", flushes.Drain);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BatchTotals totals)
    {
        json.WriteNumber("duration_us", totals.DurationUs);
        json.WriteNumber("proposals", totals.Proposals);
        json.WriteNumber("batches", totals.Batches);
        json.WriteNumber("dropped", totals.Dropped);
    }

    private static void Write(Utf8JsonWriter json, AdmissionStats admission)
    {
        json.WriteStartObject("admission");
        json.WriteNumber("limit", admission.Limit);
        json.WriteNumber("held", admission.Held);
        json.WriteNumber("waiting", admission.Waiting);
        json.WriteNumber("total_refused", admission.TotalRefused);
        json.WriteEndObject();
    }
}
