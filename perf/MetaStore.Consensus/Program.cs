using MetaStore.Consensus;
using MetaStore.Consensus.Nodes;
using MetaStore.Consensus.Rates;
using MetaStore.Consensus.Trials;

try
{
    if (args is ["node", ..])
    {
        return await NodeProgram.RunAsync(NodeSettings.Parse(args));
    }

    var options = ConsensusOptions.Parse(args);
    var load = Report.LoadAverage();
    var (title, table) = options.KillsMembers
        ? ("Acknowledged entries after kill -9 of all members", await TrialSeries.RunAsync(options, Console.WriteLine))
        : ("Consensus: MetaStore's node against DotNext.Net.Cluster", await RateComparison.RunAsync(options, Console.WriteLine));
    var report = Report.Frame(title, args, load, table);
    Console.WriteLine();
    Console.WriteLine(report);
    if (options.Report.Length > 0)
    {
        await File.WriteAllTextAsync(options.Report, report);
    }

    return 0;
}
catch (ArgumentException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 64;
}
