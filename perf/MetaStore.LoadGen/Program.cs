using System.Net.Sockets;
using MetaStore.LoadGen.Cli;
using MetaStore.LoadGen.Leasing;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Watching;

if (args is ["-h" or "--help" or "help", ..])
{
    Console.WriteLine(OptionParser.Usage);
    return 0;
}

try
{
    LoadOptions options = OptionParser.Parse(args);
    if (options.Workload == WorkloadKind.Watch)
    {
        WatchResult watched = await WatchRunner.RunAsync(options);
        Console.WriteLine(options.Json ? watched.Json() : watched.Table());
        return watched.Puts.Total == watched.Puts.Succeeded ? 0 : 1;
    }

    LoadResult result = options.Workload == WorkloadKind.KeepAlive ? KeepAliveRunner.Run(options) : LoadRunner.Run(options);
    Console.WriteLine(options.Json ? ResultPrinter.Json(result) : ResultPrinter.Table(result));
    return result.Total == result.Succeeded ? 0 : 1;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{OptionParser.Usage}");
    return 64;
}
catch (Exception e) when (e is IOException or SocketException or HttpRequestException)
{
    Console.Error.WriteLine(e.Message);
    return 69;
}
