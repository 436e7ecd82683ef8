using System.Globalization;
using System.Text.Json.Nodes;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Traffic;

/// <summary>An interval as lines of text or as one line of JSON.</summary>
internal static class TrafficLines
{
    /// <summary>A title, the columns, and the prefixes with the most changes.</summary>
    /// <param name="traffic">Most changes first.</param>
    /// <param name="seconds">Length of the interval.</param>
    /// <param name="rows">Prefixes shown.</param>
    public static IEnumerable<string> Text(IReadOnlyList<PrefixTraffic> traffic, double seconds, int rows)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{traffic.Sum(each => each.Puts) / seconds:0} puts/s, {traffic.Sum(each => each.Deletes) / seconds:0} deletes/s, {Rows.Bytes((long)(traffic.Sum(each => each.Bytes) / seconds))}/s, {traffic.Count} prefixes");
        yield return $"{"PUTS/S",9} {"DELETES/S",9} {"BYTES/S",10} {"MEAN",10} {"LARGEST",10}  PREFIX";
        foreach (var each in traffic.Take(rows))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{each.Puts / seconds,9:0.#} {each.Deletes / seconds,9:0.#} {Rows.Bytes((long)(each.Bytes / seconds)),10} {Rows.Bytes(each.Puts == 0 ? 0 : each.Bytes / each.Puts),10} {Rows.Bytes(each.Largest),10}  {VisibleText.Of(each.Prefix)}");
        }
    }

    /// <summary>The same as one object.</summary>
    public static string Json(IReadOnlyList<PrefixTraffic> traffic, double seconds, int rows) => new JsonObject
    {
        ["seconds"] = seconds,
        ["prefixes"] = new JsonArray([.. traffic.Take(rows).Select(each => new JsonObject
        {
            ["prefix"] = each.Prefix, ["puts"] = each.Puts, ["deletes"] = each.Deletes, ["bytes"] = each.Bytes, ["largest"] = each.Largest,
        })]),
    }.ToJsonString();
}
