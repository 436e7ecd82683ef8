using System.Globalization;

namespace MetaStore.Charts;

/// <summary>A vertical axis: its tick values, and the position of a value between 0 (bottom) and 1 (top).</summary>
internal sealed class ValueAxis
{
    private readonly bool _logarithmic;
    private readonly double _low;
    private readonly double _high;

    private ValueAxis(bool logarithmic, double low, double high, IReadOnlyList<double> ticks)
    {
        _logarithmic = logarithmic;
        _low = low;
        _high = high;
        Ticks = ticks;
    }

    /// <summary>Tick values, ascending.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that covers all values; a linear one starts at 0, a logarithmic one needs values above 0.</summary>
    public static ValueAxis For(IReadOnlyCollection<double> values, bool logarithmic)
    {
        var most = Math.Max(values.Max(), double.Epsilon);
        if (!logarithmic)
        {
            var step = Step(most);
            var count = (int)Math.Ceiling((most / step) - 1e-9);
            return new ValueAxis(false, 0, count * step, [.. Enumerable.Range(0, count + 1).Select(i => i * step)]);
        }

        var positive = values.Where(value => value > 0).DefaultIfEmpty(1).ToArray();
        var first = (int)Math.Floor(Math.Log10(positive.Min()) + 1e-9);
        var last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(positive.Max()) - 1e-9));
        return new ValueAxis(true, first, last, [.. Enumerable.Range(first, last - first + 1).Select(power => Math.Pow(10, power))]);
    }

    /// <summary>Position of a value.</summary>
    public double At(double value) => _logarithmic
        ? Math.Clamp((Math.Log10(Math.Max(value, double.Epsilon)) - _low) / (_high - _low), 0, 1)
        : (value - _low) / (_high - _low);

    /// <summary>Label of a value: 1,500 as 1.5k.</summary>
    public static string Label(double value) => value switch
    {
        >= 1e6 => Short(value / 1e6) + "M",
        >= 1e3 => Short(value / 1e3) + "k",
        _ => Short(value),
    };

    private static string Short(double value) => value.ToString(value switch { >= 100 => "0", >= 10 => "0.#", >= 1 => "0.##", _ => "0.###" }, CultureInfo.InvariantCulture);

    // 1, 2 or 5 times a power of ten, so that there are about five lines.
    private static double Step(double most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(most / 5)));
        return new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => most / step <= 5 + 1e-9);
    }
}
