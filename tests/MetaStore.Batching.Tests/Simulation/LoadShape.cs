using System.Globalization;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>One part of a trace: how many callers there are, for how long.</summary>
/// <param name="From">Callers at its beginning.</param>
/// <param name="To">Callers at its end; their number changes evenly.</param>
/// <param name="Burst">Calls that come at its beginning, beside the callers.</param>
/// <param name="Lasts">How long.</param>
internal sealed record LoadShape(int From, int To, int Burst, TimeSpan Lasts)
{
    /// <summary>Reads "1x300,1..500x400,+200x100": callers x milliseconds, a ramp, a burst. Comma-separated.</summary>
    public static IReadOnlyList<LoadShape> Parse(string text) => [.. text.Split(',').Select(ParsePart)];

    /// <summary>Callers when a share of the part is over.</summary>
    public int At(double share) => (int)Math.Round(From + ((To - From) * share));

    private static LoadShape ParsePart(string part)
    {
        string[] sides = part.Split('x');
        TimeSpan lasts = TimeSpan.FromMilliseconds(Number(sides[1]));
        if (sides[0].StartsWith('+'))
        {
            return new LoadShape(0, 0, Number(sides[0][1..]), lasts);
        }

        string[] ends = sides[0].Split("..");
        return new LoadShape(Number(ends[0]), Number(ends[^1]), 0, lasts);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
