using BenchmarkDotNet.Running;
using MetaStore.Benchmarks;
using MetaStore.Benchmarks.StateMachine;

// metamicro budgets: bytes allocated per operation against perf/budgets.json. metamicro memory KEYS: bytes per version of a store with a
// million. Anything else goes to BenchmarkDotNet's switcher.
if (args is ["budgets", var file])
{
    return AllocationBudgets.Check(file, Console.Out) ? 0 : 1;
}

if (args is ["memory", var keys])
{
    MemoryPerVersion.Run(int.Parse(keys, System.Globalization.CultureInfo.InvariantCulture), Console.Out);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(AllocationBudgets).Assembly).Run(args);
return 0;
