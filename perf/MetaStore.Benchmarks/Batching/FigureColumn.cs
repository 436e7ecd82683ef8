using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace MetaStore.Benchmarks.Batching;

/// <summary>A column with a deterministic value: bytes, a ratio, a count of samples.</summary>
/// <param name="name">Header.</param>
/// <param name="legend">Description.</param>
/// <param name="figure">The value for the parameters and the method of a row.</param>
internal sealed class FigureColumn(string name, string legend, Func<BenchmarkCase, string> figure) : IColumn
{
    public string Id => $"{nameof(FigureColumn)}.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => figure(benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => figure(benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
