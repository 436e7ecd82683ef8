using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands.Shell;

/// <summary><c>metactl docs man DIR | markdown</c>: writes the reference from the command tree, for packages and for docs/cli.md.</summary>
internal static class DocsCommand
{
    /// <summary>Hidden: it is for those who build packages.</summary>
    public static Command Build()
    {
        var command = new Command("docs", "Writes the reference of all verbs") { Man(), Markdown() };
        command.Hidden = true;
        return command;
    }

    private static Command Man()
    {
        var command = new Command("man", "Writes a manual page for every verb into a directory") { VerbWords.Of(ValueEntry.DirectoryName, "is created when it does not exist") };
        command.SetOfflineAction((parsed, _) =>
        {
            var folder = parsed.Plain() is [{ Length: > 0 } only] ? only : throw new UsageException("docs man needs one directory");
            Directory.CreateDirectory(folder);
            foreach (var (file, text) in ManPages.Of(VerbTree.Whole()))
            {
                File.WriteAllText(Path.Combine(folder, file), text);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Markdown()
    {
        var command = new Command("markdown", "Prints docs/cli.md") { VerbWords.Ignored() };
        command.SetOfflineAction((_, _) =>
        {
            Terminal.Out.Write(MarkdownReference.Of(VerbTree.Whole()));
            return ExitCodes.Ok;
        });
        return command;
    }
}
