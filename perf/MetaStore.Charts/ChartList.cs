using System.Text.Json;

namespace MetaStore.Charts;

/// <summary>The charts of the documentation, listed in perf/charts.json.</summary>
internal static class ChartList
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads the list. Throws <see cref="InvalidDataException"/> with the file's name when it cannot be read.</summary>
    public static IReadOnlyList<ChartSpec> Read(string root)
    {
        try
        {
            return JsonSerializer.Deserialize<List<ChartSpec>>(File.ReadAllText(Path.Combine(root, "perf", "charts.json")), Options)!;
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"perf/charts.json: {wrong.Message}", wrong);
        }
    }

    /// <summary>Renders a chart. Throws <see cref="InvalidDataException"/> when the results lack its data.</summary>
    public static string Draw(string root, ChartSpec spec)
    {
        var path = Path.Combine(root, spec.From);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{spec.Image}: {spec.From} does not exist");
        }

        var results = ResultsFile.Read(File.ReadAllText(path));
        return ChartDrawing.Draw(spec, ChartData.Pick(spec, results), $"{spec.From}: {results.Summary}");
    }
}
