using Xunit.Abstractions;

namespace MetaStore.Benchmarks.Tests;

/// <summary>Bytes allocated per operation stay within perf/budgets.json, as checked by `make budgets`.</summary>
public sealed class BudgetTests(ITestOutputHelper output)
{
    private static readonly string Budgets = Path.Combine(RepositoryRoot.Path, "perf", "budgets.json");

    [Fact]
    public void EveryStage_IsWithinItsBudget()
    {
        using var lines = new StringWriter();
        var good = AllocationBudgets.Check(Budgets, lines);
        output.WriteLine(lines.ToString());
        Assert.True(good, lines.ToString());
    }

    [Fact]
    public void StageOverItsBudget_AndBudgetWithoutStage_AreNamed()
    {
        var file = Path.GetTempFileName();
        try
        {
            // Less than a get needs, and a stage that does not exist.
            File.WriteAllText(file, """{ "statemachine.get": 1, "gone": 10 }""");
            using var lines = new StringWriter();
            Assert.False(AllocationBudgets.Check(file, lines, only: "statemachine.get"));
            Assert.Matches("statemachine.get .* OVER BUDGET", lines.ToString());
            Assert.Matches("gone .* is not a stage", lines.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
