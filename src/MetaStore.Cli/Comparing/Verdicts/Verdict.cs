using System.Globalization;
using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Verdicts;

/// <summary>A sentence that compares one mode with another: what is shown for it, against it, and what is not shown.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Against">The baseline mode.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="Text">The sentence.</param>
internal sealed record Verdict(string Mode, string Against, int ValueBytes, string Text)
{
    /// <summary>Builds the sentence.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="against">The baseline mode.</param>
    /// <param name="valueBytes">Bytes of a value.</param>
    /// <param name="namesSize">Whether the sentence contains the value size.</param>
    /// <param name="loads">Ratios for each load.</param>
    /// <param name="failed">Failed puts of the mode.</param>
    public static Verdict Of(ComparedMode mode, ComparedMode against, int valueBytes, bool namesSize, IReadOnlyList<ModeRatio> loads, long failed)
    {
        var start = namesSize ? $"With values of {Sizes.Of(valueBytes)} {mode.Name}" : mode.Name;
        return new Verdict(mode.Name, against.Name, valueBytes, $"{start} {string.Join("; ", Parts(against.Name, loads, failed))}.");
    }

    private static IEnumerable<string> Parts(string against, IReadOnlyList<ModeRatio> loads, long failed)
    {
        var by = loads.ToLookup(load => Findings.Of(load.Throughput));
        var (faster, slower, unclear) = (by[Finding.Faster].ToArray(), by[Finding.Slower].ToArray(), by[Finding.Unclear].ToArray());
        var late = loads.Where(load => load.P50 is { Low: > 1 + Findings.Margin } && Findings.Of(load.Throughput) != Finding.Slower).ToArray();
        if (loads.Count == 0)
        {
            yield return $"was not measured together with {against}";
            yield break;
        }

        if (loads.All(load => load.Throughput is not { Low: not null }))
        {
            // One or two rounds: figures without a conclusion.
            yield return $"is {string.Join(", ", loads.Select(load => $"{Times(load.Throughput?.Ratio)} {against} at {Callers(load.Callers)}"))}"
                + $" in too few rounds for an interval ({RatioEstimate.RoundsMin} at least), so nothing is shown";
        }
        else if (faster.Length > 0)
        {
            // Not the largest ratio: of several estimates that one is too high more often than not.
            var most = faster.MaxBy(load => load.Callers)!;
            var rest = slower.Length == 0 && unclear.Length == 0 && late.Length == 0 ? " and never slower" : string.Empty;
            yield return $"is {Times(most.Throughput!.Ratio)} {against} at {Callers(most.Callers)} (95 %: {Number(most.Throughput.Low!.Value)} to {Number(most.Throughput.High!.Value)}){rest}";
        }
        else if (slower.Length == 0 && unclear.Length == 0)
        {
            yield return $"is not faster than {against} at any load, and not slower by more than {Percent(Findings.Margin)}";
        }
        else if (slower.Length == 0)
        {
            yield return $"is not shown to differ from {against} at any load";
        }

        if (slower.Length > 0)
        {
            var list = string.Join(", ", slower.OrderBy(load => load.Throughput!.Ratio).Select(load =>
                $"at {Callers(load.Callers)} by {Percent(1 - load.Throughput!.Ratio)} (95 %: {Percent(1 - load.Throughput.High!.Value)} to {Percent(1 - load.Throughput.Low!.Value)})"));
            yield return faster.Length > 0 ? $"but it is slower {list}" : $"is slower than {against} {list}";
        }

        if (unclear.Length > 0 && (faster.Length > 0 || slower.Length > 0))
        {
            yield return $"no difference is shown {string.Join(", ", unclear.Where(load => load.Throughput?.Low is not null).Select(load =>
                $"at {Callers(load.Callers)} (95 %: {Number(load.Throughput!.Low!.Value)} to {Number(load.Throughput.High!.Value)})"))}";
        }

        if (late.Length > 0)
        {
            yield return $"its median latency is higher {string.Join(", ", late.Select(load => $"at {Callers(load.Callers)} by {Percent(load.P50!.Ratio - 1)}"))}";
        }

        if (failed > 0)
        {
            yield return $"{failed.ToString("#,0", CultureInfo.InvariantCulture)} of its puts failed";
        }
    }

    private static string Times(double? ratio) => ratio is { } times ? $"{Number(times)} times" : "not measured together with";

    private static string Number(double ratio) => ratio.ToString(ratio < 1.95 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString(share < 0.0095 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";

    private static string Callers(int callers) => callers == 1 ? "1 caller" : callers.ToString("#,0", CultureInfo.InvariantCulture) + " callers";
}
