using BenchmarkDotNet.Running;
using MetaStore.Benchmarks;

// metamicro budgets: bytes allocated per operation against perf/budgets.json; anything else goes to BenchmarkDotNet's switcher.
if (args is ["budgets", var file])
{
    return AllocationBudgets.Check(file, Console.Out) ? 0 : 1;
}

BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgets).Assembly).Run(args);
return 0;
