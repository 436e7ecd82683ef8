using System.Net.Sockets;
using MetaStore.LoadGen.Cli;
using MetaStore.LoadGen.Load;

if (args is ["-h" or "--help" or "help", ..])
{
    Console.WriteLine(OptionParser.Usage);
    return 0;
}

try
{
    LoadOptions options = OptionParser.Parse(args);
    LoadResult result = LoadRunner.Run(options);
    Console.WriteLine(options.Json ? ResultPrinter.Json(result) : ResultPrinter.Table(result));
    return result.Total == result.Succeeded ? 0 : 1;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{OptionParser.Usage}");
    return 64;
}
catch (Exception e) when (e is IOException or SocketException)
{
    Console.Error.WriteLine(e.Message);
    return 69;
}
