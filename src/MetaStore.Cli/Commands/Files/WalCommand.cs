using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.IO;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Wal.Verification;
using ExitCodes = MetaStore.Cli.CommandLine.ExitCodes;

namespace MetaStore.Cli.Commands.Files;

/// <summary><c>metactl wal inspect | verify DIR</c>: reads the log of a stopped member without changing it.</summary>
internal static class WalCommand
{
    private static readonly Argument<string[]> Folder = VerbWords.Of("directory", "a member's data directory, or the folder of its log");

    private static readonly Option<bool> Records = new("--records") { Description = "also print a line for each record; values are never shown" };

    public static Command Build()
    {
        var inspect = new Command("inspect", "Lists the frames of a log that is not in use") { Folder, Records };
        inspect.SetOfflineAction((parsed, _) => Look(parsed, folder =>
        {
            WalInspector.Print(folder, Terminal.Out, parsed.GetValue(Records));
            return ExitCodes.Ok;
        }));

        var verify = new Command("verify", "Checks a log as a starting member does, and returns the exit code that the member would") { Folder };
        verify.SetOfflineAction((parsed, _) => Look(parsed, folder =>
        {
            var found = WalVerifier.Run(folder);
            (found.ExitCode == ExitCodes.Ok ? Terminal.Out : Terminal.Error).WriteLine(found.Summary);
            return found.ExitCode;
        }));
        return new Command("wal", "The write-ahead log of a stopped member") { inspect, verify };
    }

    private static int Look(ParseResult parsed, Func<string, int> look)
    {
        var folder = new DirectoryInfo(parsed.Plain() is [{ Length: > 0 } only] ? only : throw new UsageException("one directory is needed"));
        if (!folder.Exists)
        {
            throw new UsageException($"there is no directory {folder.FullName}");
        }

        var inside = Path.Combine(folder.FullName, DataDirectory.WalName);
        try
        {
            return look(Directory.Exists(inside) ? inside : folder.FullName);
        }
        catch (Exception error) when (error is not OutputException and (IOException or UnauthorizedAccessException or StorageException))
        {
            throw new UsageException(error.Message, ExitCodes.Error);
        }
    }
}
