using System.Globalization;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>One part of a trace: number of callers and duration.</summary>
/// <param name="From">Callers at the start.</param>
/// <param name="To">Callers at the end; the number changes linearly.</param>
/// <param name="Burst">Additional calls at the start.</param>
/// <param name="Lasts">Duration.</param>
internal sealed record LoadShape(int From, int To, int Burst, TimeSpan Lasts)
{
    /// <summary>Reads "1x300,1..500x400,+200x100": callers x milliseconds, a ramp, a burst. Comma-separated.</summary>
    public static IReadOnlyList<LoadShape> Parse(string text) => [.. text.Split(',').Select(ParsePart)];

    /// <summary>Number of callers at a fraction of the duration.</summary>
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
