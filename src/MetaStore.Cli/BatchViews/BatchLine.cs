using System.Globalization;
using System.Text.Json.Nodes;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.BatchViews;

/// <summary>Formats all members at one time as one line, for files and pipes. Pure.</summary>
internal static class BatchLine
{
    /// <summary>As text: "12:00:01Z 127.0.0.1:2379 44,202 puts/s, 138.1 in an entry, size 243, load 0.93 | ...".</summary>
    public static string Text(IReadOnlyList<MemberState> members, DateTimeOffset at) =>
        $"{at.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {string.Join(" | ", members.Select(Text))}";

    /// <summary>As one JSON object.</summary>
    public static string Json(IReadOnlyList<MemberState> members, DateTimeOffset at) => new JsonObject
    {
        ["at"] = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        ["members"] = new JsonArray([.. members.Select(Json)]),
    }.ToJsonString();

    private static string Text(MemberState member) => member is { Fault: null, Figures: { } figures }
        ? $"{member.Name} {BatchView.ModeOf(figures.Now.Settings)}, "
            + FormattableString.Invariant($"{figures.PutsPerSecond:#,0} puts/s, {figures.PutsPerEntry ?? 0:0.0} in an entry, ")
            + FormattableString.Invariant($"size {figures.Now.Stats.CurrentBatchSize}, load {figures.Now.Stats.CurrentLoad:0.00}")
        : $"{member.Name} {member.Fault}";

    private static JsonObject Json(MemberState member)
    {
        var json = new JsonObject { ["endpoint"] = member.Name };
        if (member is not { Fault: null, Figures: { } figures })
        {
            json["error"] = member.Fault;
            return json;
        }

        json["mode"] = BatchView.ModeOf(figures.Now.Settings);
        json["puts_per_second"] = figures.PutsPerSecond;
        json["entries_per_second"] = figures.EntriesPerSecond;
        json["puts_per_entry"] = figures.PutsPerEntry;
        json["flushes_per_second"] = new JsonObject(figures.Flushes.Select(flush => KeyValuePair.Create(flush.Reason, (JsonNode?)JsonValue.Create(flush.PerSecond))));
        json["batching"] = JsonPrinter.Convert(figures.Now);
        return json;
    }
}
