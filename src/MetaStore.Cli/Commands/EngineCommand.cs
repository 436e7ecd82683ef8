using System.CommandLine;
using MetaStore.Cli.Conversion;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.RocksDb;
using MetaStore.Raft.Runtime.Storage;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl engine convert</c>: moves a data directory to another engine while its node is stopped.</summary>
internal static class EngineCommand
{
    private static readonly Option<string> DataDir = new("--data-dir") { Description = "data directory of a node that is stopped", Required = true };

    private static readonly Option<string> To = new("--to") { Description = "engine that shall keep the state: memory or rocksdb", Required = true };

    public static Command Build()
    {
        To.AcceptOnlyFromAmong(MemoryEngine.EngineName, RocksDbEngine.EngineName);
        var convert = new Command("convert", "Moves a data directory to another engine; a second run finishes what a crash interrupted") { DataDir, To };
        convert.SetAction((parsed, cancellation) => Task.Run(() => Convert(parsed, cancellation), CancellationToken.None));
        return new Command("engine", "The storage engine of a data directory, offline") { convert };
    }

    private static int Convert(ParseResult parsed, CancellationToken cancellation)
    {
        var to = parsed.GetValue(To) == RocksDbEngine.EngineName ? StateEngine.RocksDb : StateEngine.Memory;
        try
        {
            EngineConversion.Run(parsed.GetValue(DataDir)!, to, Console.WriteLine, cancellation);
            return ExitCodes.Ok;
        }
        catch (Exception failed) when (failed is StorageException or EngineException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Error: {failed.Message}");
            return ExitCodes.Error;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}
