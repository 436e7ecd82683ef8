using System.CommandLine;
using System.Runtime.CompilerServices;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Conversion;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Raft.Storage;
using ExitCodes = MetaStore.Cli.CommandLine.ExitCodes;

namespace MetaStore.Cli.Commands.Files;

/// <summary><c>metactl engine convert</c>: converts a data directory to another engine while its node is stopped.</summary>
internal static class EngineCommand
{
    private static readonly Option<string> DataDir = new("--data-dir") { HelpName = "directory", Description = "data directory of a stopped node" };

    private static readonly Option<string> To = new("--to") { HelpName = "memory|rocksdb", Description = "engine to convert to" };

    public static Command Build()
    {
        var convert = new Command("convert", "Converts a data directory to another engine; after a crash, run it again to finish") { DataDir, To };
        convert.SetOfflineAction(Convert);
        return new Command("engine", "The storage engine of a data directory, offline") { convert };
    }

    private static int Convert(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.Plain().Length > 0 || string.IsNullOrEmpty(parsed.GetValue(DataDir)))
        {
            throw new UsageException("engine convert needs --data-dir and --to, and no other arguments");
        }

        var to = parsed.GetValue(To) switch
        {
            RocksDbEngine.EngineName => EngineKind.RocksDb,
            MemoryEngine.EngineName => EngineKind.Memory,
            _ => throw new UsageException($"--to must be {MemoryEngine.EngineName} or {RocksDbEngine.EngineName}"),
        };
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw ManagedProgram.Become();
        }

        try
        {
            EngineConversion.Run(parsed.GetValue(DataDir)!, to, Terminal.Out.WriteLine, cancellation);
            return ExitCodes.Ok;
        }
        catch (Exception failed) when (failed is not OutputException and (StorageException or EngineException or IOException or UnauthorizedAccessException))
        {
            throw new UsageException(failed.Message, ExitCodes.Error);
        }
    }
}
