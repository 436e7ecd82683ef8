namespace MetaStore.Cli.Words;

/// <summary>The arguments of a verb by kind.</summary>
/// <param name="Flags">Flags and their values in order.</param>
/// <param name="Plain">The positional arguments.</param>
/// <param name="Dash">Number of positional arguments before the <c>--</c>; null when there is none.</param>
internal sealed record FlagWords(IReadOnlyList<GivenFlag> Flags, IReadOnlyList<string> Plain, int? Dash)
{
    /// <summary>The last value of each flag; for a list flag all values, joined with commas.</summary>
    public IEnumerable<GivenFlag> Final() => Flags
        .GroupBy(given => given.Flag)
        .Select(given => new GivenFlag(given.Key, given.Key is ListOption ? string.Join(',', given.Select(each => each.Value)) : given.Last().Value));
}
