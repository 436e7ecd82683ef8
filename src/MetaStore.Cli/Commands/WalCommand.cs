using System.CommandLine;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Wal.Verification;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl wal inspect | verify DIR</c>: looks at the log of a member that is not running, and changes nothing.</summary>
internal static class WalCommand
{
    private static readonly Argument<DirectoryInfo> Folder = new("directory") { Description = "a member's data directory, or the folder of its log" };

    private static readonly Option<bool> Records = new("--records") { Description = "one more line for each record; values are never shown" };

    public static Command Build()
    {
        var inspect = new Command("inspect", "Lists the frames of a log that no member has open") { Folder, Records };
        inspect.SetAction(parsed => Look(parsed, folder =>
        {
            WalInspector.Print(folder, Console.Out, parsed.GetValue(Records));
            return ExitCodes.Ok;
        }));

        var verify = new Command("verify", "Checks a log as a member does when it starts; ends with the code that it would end with") { Folder };
        verify.SetAction(parsed => Look(parsed, folder =>
        {
            var found = WalVerifier.Run(folder);
            (found.ExitCode == ExitCodes.Ok ? Console.Out : Console.Error).WriteLine(found.Summary);
            return found.ExitCode;
        }));
        return new Command("wal", "The write-ahead log of a stopped member") { inspect, verify };
    }

    private static int Look(ParseResult parsed, Func<string, int> look)
    {
        var folder = parsed.GetValue(Folder)!;
        if (!folder.Exists)
        {
            Console.Error.WriteLine($"Error: there is no directory {folder.FullName}");
            return ExitCodes.BadArguments;
        }

        var inside = Path.Combine(folder.FullName, DataDirectory.WalName);
        try
        {
            return look(Directory.Exists(inside) ? inside : folder.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StorageException)
        {
            Console.Error.WriteLine($"Error: {error.Message}");
            return ExitCodes.Error;
        }
    }
}
