using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Verdicts;

namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Everything derived from the measurements. A pure function of plan and samples.</summary>
internal sealed class Comparison
{
    private readonly Dictionary<ComparisonCell, CellSummary> _cells;

    /// <summary>Evaluates samples; cells without samples are omitted.</summary>
    public Comparison(ComparisonPlan plan, IReadOnlyDictionary<ComparisonCell, IReadOnlyList<CellSample>> samples)
    {
        Plan = plan;
        _cells = plan.Cells.Where(samples.ContainsKey).ToDictionary(cell => cell, cell => new CellSummary(cell, samples[cell]));
        Ratios = [.. plan.Cells.SelectMany(Others).Where(ratio => ratio is not null).Select(ratio => ratio!)];
        Verdicts = [.. Sentences()];
    }

    /// <summary>The plan.</summary>
    public ComparisonPlan Plan { get; }

    /// <summary>Measured cells, in the plan's order.</summary>
    public IEnumerable<CellSummary> Cells => _cells.Values;

    /// <summary>Every mode against off, and the mode of the main verdict against every other mode.</summary>
    public IReadOnlyList<ModeRatio> Ratios { get; }

    /// <summary>One sentence for each mode and value size; those of the main verdict first.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; }

    /// <summary>Failed puts, in total.</summary>
    public long Failed => Cells.Sum(cell => cell.Failed);

    /// <summary>Ratios of one mode against another with one value size, in the plan's order of loads.</summary>
    public IEnumerable<ModeRatio> RatiosOf(ComparedMode mode, ComparedMode against, int valueBytes) =>
        Ratios.Where(ratio => ratio.Mode == mode && ratio.Against == against && ratio.ValueBytes == valueBytes);

    /// <summary>The ratio of a cell against off; null for off itself.</summary>
    public ModeRatio? RatioOf(ComparisonCell cell) =>
        Ratios.FirstOrDefault(ratio => ratio.Mode == cell.Mode && ratio.Against == ComparedMode.Off && ratio.Callers == cell.Callers && ratio.ValueBytes == cell.ValueBytes);

    private IEnumerable<ModeRatio?> Others(ComparisonCell cell)
    {
        if (cell.Mode != ComparedMode.Off)
        {
            yield return Between(cell, ComparedMode.Off);
        }

        foreach (var other in cell.Mode == Plan.Subject ? Plan.Modes.Where(mode => mode != ComparedMode.Off && mode != cell.Mode) : [])
        {
            yield return Between(cell, other);
        }
    }

    private ModeRatio? Between(ComparisonCell cell, ComparedMode against) =>
        _cells.TryGetValue(cell, out var mine) && _cells.TryGetValue(cell with { Mode = against }, out var other) ? ModeRatio.Of(mine, other, Plan.Seed) : null;

    private IEnumerable<Verdict> Sentences()
    {
        var subject = Plan.Subject;
        foreach (var size in Plan.ValueSizes)
        {
            yield return Verdict.Of(subject, ComparedMode.Off, size, Plan.ValueSizes.Count > 1, [.. RatiosOf(subject, ComparedMode.Off, size)], FailedOf(subject, size));
        }

        foreach (var size in Plan.ValueSizes)
        {
            foreach (var mode in Plan.Modes.Where(mode => mode != ComparedMode.Off && mode != subject))
            {
                yield return Verdict.Of(mode, ComparedMode.Off, size, Plan.ValueSizes.Count > 1, [.. RatiosOf(mode, ComparedMode.Off, size)], FailedOf(mode, size));
                yield return Verdict.Of(subject, mode, size, Plan.ValueSizes.Count > 1, [.. RatiosOf(subject, mode, size)], 0);
            }
        }
    }

    private long FailedOf(ComparedMode mode, int size) => Cells.Where(cell => cell.Cell.ValueBytes == size && cell.Cell.Mode == mode).Sum(cell => cell.Failed);
}
