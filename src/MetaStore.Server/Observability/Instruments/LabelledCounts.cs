using System.Collections.Concurrent;

namespace MetaStore.Server.Observability.Instruments;

/// <summary>A counter whose label values are set by clients. Bounded: further values are counted under one name. Any thread.</summary>
/// <param name="name">Name of the family.</param>
/// <param name="help">Help text of the family.</param>
internal sealed class LabelledCounts(string name, string help)
{
    private const int SeriesMax = 64;
    private const int ValueCharactersMax = 64;

    private readonly ConcurrentDictionary<(string, string), LabelledCount> _counts = [];

    /// <summary>Counts one.</summary>
    /// <param name="first">First label's name and value, as on the page, such as type="unary".</param>
    /// <param name="secondName">Second label's name; empty without one.</param>
    /// <param name="secondValue">Its value, any text.</param>
    public void Add(string first, string secondName = "", string secondValue = "") => Of(first, secondName, secondValue).Add();

    /// <summary>The series that values are counted in, to be kept by callers that count often.</summary>
    /// <param name="first">As for <see cref="Add"/>.</param>
    /// <param name="secondName">As for <see cref="Add"/>.</param>
    /// <param name="secondValue">As for <see cref="Add"/>.</param>
    public LabelledCount Of(string first, string secondName, string secondValue)
    {
        // Shortened before it is looked up: two values that are shown alike must be one series, or Prometheus refuses the page.
        secondValue = Shortened(secondValue);
        return _counts.TryGetValue((first, secondValue), out LabelledCount? counter)
            ? counter
            : AddSeries(first, secondName, _counts.Count < SeriesMax ? secondValue : "other");
    }

    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text)
    {
        text.Family(name, "counter", help);
        foreach (LabelledCount counter in _counts.Values.OrderBy(counter => counter.Labels, StringComparer.Ordinal))
        {
            text.Sample(name, counter.Labels, counter.Value);
        }
    }

    /// <summary>Not cut inside of a pair of surrogates: a half is written as a replacement, and so are the halves of other characters.</summary>
    private static string Shortened(string value) => value.Length <= ValueCharactersMax ? value
        : value[..(char.IsHighSurrogate(value[ValueCharactersMax - 1]) ? ValueCharactersMax - 1 : ValueCharactersMax)];

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private LabelledCount AddSeries(string first, string secondName, string shown) =>
        _counts.GetOrAdd((first, shown), new LabelledCount(secondName.Length == 0 ? first : $"{first},{secondName}=\"{Escaped(shown)}\"", shown));
}
