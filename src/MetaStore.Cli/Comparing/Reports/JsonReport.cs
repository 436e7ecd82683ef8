using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetaStore.Cli.Comparing.Machine;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Reports;

/// <summary>A report as one complete JSON object: every round of every cell, and everything derived from them.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Formatted on one line.</summary>
    public static string Text(ComparisonReport report) => Of(report).ToJsonString(Compact);

    /// <summary>Creates it. Names of times end in their unit.</summary>
    public static JsonObject Of(ComparisonReport report)
    {
        var (comparison, plan) = (report.Comparison, report.Comparison.Plan);
        return new JsonObject
        {
            ["verdict"] = comparison.Verdicts[0].Text,
            ["warnings"] = Strings(report.Warnings),
            ["notes"] = Strings(report.Notes),
            ["verdicts"] = Array(comparison.Verdicts, verdict => new JsonObject
            {
                ["mode"] = verdict.Mode, ["against"] = verdict.Against, ["value_bytes"] = verdict.ValueBytes, ["text"] = verdict.Text,
            }),
            ["began"] = report.Began.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["took_seconds"] = report.Took.TotalSeconds,
            ["machine"] = new JsonObject
            {
                ["cores"] = report.Machine.Cores,
                ["processor"] = report.Machine.Processor,
                ["memory_bytes"] = report.Machine.MemoryBytes,
                ["system"] = report.Machine.System,
                ["runtime"] = report.Machine.Runtime,
                ["load_before"] = Load(report.LoadBefore),
                ["load_after"] = Load(report.LoadAfter),
            },
            ["cluster"] = new JsonObject { ["members"] = Strings(report.Members), ["version"] = report.Version, ["target"] = report.Target },
            ["plan"] = new JsonObject
            {
                ["modes"] = Array(plan.Modes, mode => new JsonObject { ["name"] = mode.Name, ["meaning"] = mode.Meaning }),
                ["callers"] = new JsonArray([.. plan.Callers.Select(callers => JsonValue.Create(callers))]),
                ["value_bytes"] = new JsonArray([.. plan.ValueSizes.Select(size => JsonValue.Create(size))]),
                ["rounds"] = plan.Rounds,
                ["budget_seconds"] = plan.Rounds is null ? plan.Budget.TotalSeconds : null,
                ["seconds"] = plan.PutsPerCaller > 0 ? null : plan.Measured.TotalSeconds,
                ["puts_per_caller"] = plan.PutsPerCaller > 0 ? plan.PutsPerCaller : null,
                ["seed"] = plan.Seed,
            },
            ["cells"] = Array(comparison.Cells, Cell),
            ["ratios"] = Array(comparison.Ratios, ratio => new JsonObject
            {
                ["mode"] = ratio.Mode.Name,
                ["against"] = ratio.Against.Name,
                ["callers"] = ratio.Callers,
                ["value_bytes"] = ratio.ValueBytes,
                ["throughput"] = Estimate(ratio.Throughput),
                ["p50"] = Estimate(ratio.P50),
            }),
        };
    }

    private static JsonObject Cell(CellSummary cell) => new()
    {
        ["mode"] = cell.Cell.Mode.Name,
        ["callers"] = cell.Cell.Callers,
        ["value_bytes"] = cell.Cell.ValueBytes,
        ["puts_per_second"] = cell.PutsPerSecond,
        ["p50_us"] = cell.P50Micros,
        ["p99_us"] = cell.P99Micros,
        ["puts_per_entry"] = cell.PutsPerEntry,
        ["failed"] = cell.Failed,
        ["rounds_not_steady"] = cell.Unsteady,
        ["rounds"] = Array(cell.Rounds, round => new JsonObject
        {
            ["round"] = round.Round,
            ["seconds"] = round.Time.TotalSeconds,
            ["succeeded"] = round.Succeeded,
            ["failures"] = new JsonObject(round.Failures.OrderBy(failure => failure.Key, StringComparer.Ordinal)
                .Select(failure => KeyValuePair.Create(failure.Key, (JsonNode?)JsonValue.Create(failure.Value)))),
            ["puts_per_second"] = round.PutsPerSecond,
            ["p50_us"] = round.P50Micros,
            ["p99_us"] = round.P99Micros,
            ["proposals"] = round.Proposals,
            ["entries"] = round.Entries,
            ["steady"] = round.IsSteady,
        }),
    };

    private static JsonObject? Estimate(RatioEstimate? estimate) =>
        estimate is null ? null : new JsonObject { ["ratio"] = estimate.Ratio, ["low"] = estimate.Low, ["high"] = estimate.High };

    private static JsonObject? Load(MachineLoad? load) =>
        load is null ? null : new JsonObject { ["idle"] = load.IdleShare, ["stolen"] = load.StolenShare, ["load_average"] = load.LoadAverage };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> convert) => new([.. items.Select(convert)]);
}
