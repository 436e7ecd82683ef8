using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Completion;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands.Shell;

/// <summary><c>metactl completion bash | zsh | fish | powershell</c>: prints the completion script of a shell.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string[]> Shell = VerbWords.Of(CompletionScript.Shells, "the shell");

    public static Command Build()
    {
        var command = new Command("completion", "Prints the script by which a shell completes verbs, flags and values") { Shell };
        command.SetOfflineAction((parsed, _) =>
        {
            var given = parsed.Plain();
            if (given.Length != 1)
            {
                throw new UsageException($"accepts 1 arg(s), received {given.Length}", ExitCodes.Error);
            }

            Terminal.Out.Write(CompletionScript.For(given[0], VerbTree.Whole())
                ?? throw new UsageException($"invalid argument {FlagValues.Quoted(given[0])} for \"metactl completion\"; write bash, zsh, fish or powershell", ExitCodes.Error));
            return ExitCodes.Ok;
        });
        return command;
    }
}
