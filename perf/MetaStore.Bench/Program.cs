using MetaStore.Bench;

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
var table = options.Comparison == "modes"
    ? await ModeComparison.RunAsync(options, metaload, Console.WriteLine)
    : await EtcdComparison.RunAsync(options, metaload, Console.WriteLine);
var title = options.Comparison == "modes" ? "Batching modes against each other" : "MetaStore against etcd";
var report = BenchReport.Frame(title, $"make bench BENCH=\"{string.Join(' ', args)}\"", table);
Console.WriteLine();
Console.WriteLine(report);
if (options.Report.Length > 0)
{
    await File.WriteAllTextAsync(options.Report, report);
}

return 0;
