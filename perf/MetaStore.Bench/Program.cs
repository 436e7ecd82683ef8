using MetaStore.Bench;
using MetaStore.Bench.Bulk;
using MetaStore.Bench.First;
using MetaStore.Bench.Gathered;
using MetaStore.Bench.Knobs;
using MetaStore.Bench.Maintenance;
using MetaStore.Bench.Modes;
using MetaStore.Bench.Overload;
using MetaStore.Bench.Ranges;
using MetaStore.Bench.Secured;
using MetaStore.Bench.Sizes;
using MetaStore.Bench.Steps;
using MetaStore.Bench.Tail;
using MetaStore.Cli.Comparing.Machine;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (ArgumentException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 64;
}

var metaload = Path.Combine(AppContext.BaseDirectory, "..", "..", "MetaStore.LoadGen", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "metaload.dll");

// Measured before anything starts: afterwards the systems themselves are the load.
var machine = await MachineLoad.MeasureAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
Console.WriteLine($"machine: {machine?.ToString() ?? "load not known"}");
var (title, table) = options.Comparison switch
{
    "modes" => ("Batching modes against each other", await ModeComparison.RunAsync(options, metaload, Console.WriteLine)),
    "knobs" => ("Settings of batching, one at a time", await KnobSweep.RunAsync(options, metaload, Console.WriteLine)),
    "bulk" => ($"Many keys on one member, MetaStore against {(options.Old.Length > 0 ? "an earlier build" : "etcd")}", await BulkComparison.RunAsync(options, metaload, Console.WriteLine)),
    "maintenance" => ("Puts during compaction and defragmentation", await MaintenanceRun.RunAsync(options, metaload, Console.WriteLine)),
    "gathered" => ("Concurrent calls gathered into one stream, against unary calls", await GatheredComparison.RunAsync(options, metaload, Console.WriteLine)),
    "overload" => ("Three times the load that the cluster can handle, and a greedy client together with a quiet one", await OverloadRun.RunAsync(options, metaload, Console.WriteLine)),
    "secured" => ("Users and TLS against neither", await SecuredComparison.RunAsync(options, metaload, Console.WriteLine)),
    "steps" => ("From 1 to 1,000 callers and back", await StepRun.RunAsync(options, metaload, Console.WriteLine)),
    "tail" => ("Puts at half of etcd's peak, MetaStore against etcd", await TailComparison.RunAsync(options, metaload, Console.WriteLine)),
    "first" => ($"The first puts after a start, MetaStore against {(options.Old.Length > 0 ? "an earlier build" : "etcd")}", await FirstPutsComparison.RunAsync(options, metaload, Console.WriteLine)),
    "sizes" => ($"The same calls with few keys and many, MetaStore ({options.Engine}), {options.Members} members", await SizeComparison.RunAsync(options, metaload, Console.WriteLine)),
    "ranges" => ("Large ranges on one member, MetaStore against etcd", await RangeComparison.RunAsync(options, Console.WriteLine)),
    "watch" => ("Events of watches, MetaStore against etcd", await WatchComparison.RunAsync(options, metaload, Console.WriteLine)),
    "before" => ("MetaStore against an earlier build", await Pair(ComparedSystem.MetaStore, ComparedSystem.Before(options.Old))),
    "leases" => ("Leases, MetaStore against etcd", await Pair(ComparedSystem.MetaStore, ComparedSystem.Etcd, BenchLoad.OfLeases)),
    "engines" => ("MetaStore on RocksDB against MetaStore in memory", await Pair(ComparedSystem.OnRocksDb, ComparedSystem.InMemory)),
    "wide" => (
        $"Ranges, transactions, larger values, mixed loads and keepalives, MetaStore ({options.Engine}) against etcd, {options.Members} members",
        await Pair(ComparedSystem.OfMetaStore("MetaStore", options.Engine, options.Members), ComparedSystem.OfEtcd(options.Members), BenchLoad.Wide)),
    _ => (
        $"MetaStore against etcd, {options.Members} members",
        await Pair(ComparedSystem.OfMetaStore("MetaStore", "memory", options.Members), ComparedSystem.OfEtcd(options.Members))),
};
var report = BenchReport.Frame(title, $"make bench BENCH=\"{string.Join(' ', args)}\"", machine, table);
Console.WriteLine();
Console.WriteLine(report);
if (options.Report.Length > 0)
{
    await File.WriteAllTextAsync(options.Report, report);
}

return 0;

Task<string> Pair(ComparedSystem ours, ComparedSystem? theirs, IReadOnlyList<BenchLoad>? loads = null)
{
    if (theirs is null)
    {
        Console.WriteLine("etcd is not installed (apt-get install etcd-server): no ratios");
    }

    return new PairComparison(ours, theirs, loads ?? BenchLoad.OfPairs).RunAsync(options, metaload, Console.WriteLine);
}
