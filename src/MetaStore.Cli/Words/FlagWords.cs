using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>The words of a verb by kind.</summary>
/// <param name="Flags">Flags and their values in the order in which they were given.</param>
/// <param name="Plain">The other words.</param>
/// <param name="Dash">How many of these stand before the <c>--</c>; null when there is none.</param>
internal sealed record FlagWords(IReadOnlyList<(Option Flag, string Value)> Flags, IReadOnlyList<string> Plain, int? Dash)
{
    /// <summary>The last value of each flag; of one that collects, all of them with commas between.</summary>
    public IEnumerable<(Option Flag, string Value)> Final() => Flags
        .GroupBy(given => given.Flag)
        .Select(given => (given.Key, given.Key is ListOption ? string.Join(',', given.Select(each => each.Value)) : given.Last().Value));
}
