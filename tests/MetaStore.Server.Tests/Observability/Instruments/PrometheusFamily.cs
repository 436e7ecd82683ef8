using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>One family of a page in the Prometheus text format, version 0.0.4: its HELP, its TYPE and its samples.</summary>
internal sealed partial record PrometheusFamily(string Name, string Help, string Type, IReadOnlyList<PrometheusSample> Samples)
{
    /// <summary>Parses a page: each family has a HELP line, a TYPE line and only its own samples.</summary>
    /// <exception cref="FormatException">A line has a wrong format; the message contains it.</exception>
    internal static IReadOnlyList<PrometheusFamily> Read(string page)
    {
        if (!page.EndsWith('\n'))
        {
            throw new FormatException("the last line does not end");
        }

        var families = new List<PrometheusFamily>();
        string? help = null;
        foreach (string line in page[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } match)
            {
                help = line;
                families.Add(new PrometheusFamily(match.Groups[1].Value, match.Groups[2].Value, "untyped", new List<PrometheusSample>()));
            }
            else if (TypeLine().Match(line) is { Success: true } typed && help is not null && families[^1].Name == typed.Groups[1].Value)
            {
                families[^1] = families[^1] with { Type = typed.Groups[2].Value };
                help = null;
            }
            else if (SampleLine().Match(line) is { Success: true } sample && families.Count > 0)
            {
                ((List<PrometheusSample>)families[^1].Samples).Add(PrometheusSample.Of(sample));
            }
            else
            {
                throw new FormatException($"not a line of the format, or out of place: {line}");
            }
        }

        return families;
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+)\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();
}

/// <summary>One sample line.</summary>
internal sealed partial record PrometheusSample(string Name, string Series, IReadOnlyDictionary<string, string> Labels, double Value)
{
    internal static PrometheusSample Of(Match line)
    {
        Dictionary<string, string> labels = Label().Matches(line.Groups["labels"].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);
        string value = line.Groups["value"].Value;
        return new PrometheusSample(line.Groups["name"].Value, line.Value[..line.Value.LastIndexOf(' ')], labels, value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture),
        });
    }

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)",?""")]
    private static partial Regex Label();
}
