using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Cli;

/// <summary>Formats results as text or JSON.</summary>
internal static class ResultPrinter
{
    private static readonly (string Name, double Share)[] _percentiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)];

    /// <summary>One JSON object on one line.</summary>
    public static string Json(LoadResult result)
    {
        LoadOptions options = result.Plan.Options;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("workload", Name(options.Workload));
            json.WriteString("loop", options.Rate > 0 ? "open" : "closed");
            json.WriteStartArray("endpoints");
            result.Plan.Targets.ToList().ForEach(target => json.WriteStringValue(target.Authority));
            json.WriteEndArray();
            json.WriteNumber("connections", result.Plan.Connections);
            json.WriteNumber("threads", options.Threads);
            json.WriteNumber("inflight", options.Inflight);
            json.WriteNumber("rate", options.Rate);
            json.WriteNumber("keys", options.Keys);
            json.WriteNumber("value_bytes", options.ValueBytes);
            json.WriteNumber("seed", options.Seed);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
            json.WriteNumber("calls", result.Total);
            json.WriteNumber("succeeded", result.Succeeded);
            json.WriteNumber("failed", result.Total - result.Succeeded);
            json.WriteNumber("throughput", Math.Round(result.Throughput, 1));
            json.WriteStartObject("latency_us");
            LatencyHistogram latency = result.Recorder.Latency;
            foreach ((string name, double share) in _percentiles)
            {
                json.WriteNumber(name, Micros(latency.Percentile(share)));
            }

            json.WriteNumber("max", Micros(latency.Max));
            json.WriteNumber("mean", Micros(latency.Mean));
            json.WriteEndObject();
            json.WriteNumber("max_start_delay_us", Micros(result.Recorder.MaxStartDelay));
            WriteCounts(json, "by_status", result.Recorder.ByStatus.Select(pair => (GrpcStatus.Name(pair.Key), pair.Value)));
            WriteCounts(json, "errors", result.Recorder.Messages.Select(pair => (pair.Key, pair.Value)));
            json.WriteStartObject("client");
            json.WriteNumber("cpu_seconds", Math.Round(result.Cost.Cpu.TotalSeconds, 3));
            json.WriteNumber("cpu_us_per_call", Math.Round(result.CpuMicrosPerCall, 3));
            json.WriteNumber("cores", Math.Round(result.Cost.Cpu / result.Elapsed, 3));
            json.WriteNumber("allocated_bytes_per_call", Math.Round(result.Cost.AllocatedBytes / (double)Math.Max(result.Total, 1), 1));
            json.WriteNumber("bytes_sent", result.BytesSent);
            json.WriteNumber("bytes_received", result.BytesReceived);
            json.WriteEndObject();
            if (options.Timeline)
            {
                json.WriteStartArray("per_second");
                result.Recorder.PerSecond.ToList().ForEach(json.WriteNumberValue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A few lines.</summary>
    public static string Table(LoadResult result)
    {
        LoadOptions options = result.Plan.Options;
        StringBuilder text = new();
        string loop = options.Rate > 0 ? Format($"open loop at {options.Rate:F0}/s") : Format($"closed loop, {options.Inflight} in flight");
        text.AppendLine(Format($"{Name(options.Workload)}: {loop}, {result.Plan.Connections} connections to {string.Join(' ', result.Plan.Targets.Select(t => t.Authority))}"));
        text.AppendLine(Format($"  {result.Succeeded} calls in {result.Elapsed.TotalSeconds:F2} s: {result.Throughput:F0}/s; {result.Total - result.Succeeded} failed"));
        LatencyHistogram latency = result.Recorder.Latency;
        text.AppendLine("  latency " + string.Join("  ", _percentiles.Select(p => Format($"{p.Name} {Micros(latency.Percentile(p.Share)):F0} us")))
            + Format($"  max {Micros(latency.Max):F0} us  mean {Micros(latency.Mean):F0} us"));
        text.AppendLine(Format($"  client cost {result.CpuMicrosPerCall:F2} us of CPU per call, {result.Cost.Cpu / result.Elapsed:F2} cores"));
        foreach ((string error, long count) in result.Recorder.Messages.OrderByDescending(pair => pair.Value))
        {
            text.AppendLine(Format($"  {count} x {error}"));
        }

        if (options.Timeline)
        {
            text.AppendLine("  per second " + string.Join(' ', result.Recorder.PerSecond));
        }

        return text.ToString().TrimEnd();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<(string Key, long Count)> counts)
    {
        json.WriteStartObject(name);
        foreach ((string key, long count) in counts.OrderByDescending(pair => pair.Count))
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }

    private static double Micros(double nanos) => Math.Round(nanos / 1000, 1);

    private static string Name(WorkloadKind workload) => OptionParser.Names.First(pair => pair.Value == workload).Key;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
