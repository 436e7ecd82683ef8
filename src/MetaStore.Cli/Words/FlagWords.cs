using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>The arguments of a verb by kind.</summary>
/// <param name="Flags">Flags and their values in order.</param>
/// <param name="Plain">The positional arguments.</param>
/// <param name="Dash">Number of positional arguments before the <c>--</c>; null when there is none.</param>
internal sealed record FlagWords(IReadOnlyList<(Option Flag, string Value)> Flags, IReadOnlyList<string> Plain, int? Dash)
{
    /// <summary>The last value of each flag; for a list flag all values, joined with commas.</summary>
    public IEnumerable<(Option Flag, string Value)> Final() => Flags
        .GroupBy(given => given.Flag)
        .Select(given => (given.Key, given.Key is ListOption ? string.Join(',', given.Select(each => each.Value)) : given.Last().Value));
}
