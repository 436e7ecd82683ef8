using System.CommandLine;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.CommandLine;

/// <summary>Runs metactl from arguments to exit code.</summary>
internal static class Metactl
{
    /// <summary>Runs a command line on the <see cref="Terminal"/>.</summary>
    /// <param name="arguments">Arguments; those that are not text as <see cref="ByteWords"/>.</param>
    /// <param name="cancellation">Cancels it as Ctrl-C does.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        try
        {
            var parsed = CommandWords.Parse(MetactlCommand.BuildFor(arguments), arguments);
            if (UsageErrors.Find(parsed) is { } wrong)
            {
                throw new UsageException(wrong);
            }

            var terminal = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = Terminal.Out, Error = Terminal.Error };
            if (parsed.CommandResult.Command is CleaningCommand cleaning)
            {
                terminal.ProcessTerminationTimeout = cleaning.CleanUp;
            }

            return await parsed.InvokeAsync(terminal, cancellation);
        }
        catch (Exception failure) when (Failures.CodeOf(failure) is not null)
        {
            return Failures.Report(failure);
        }
    }
}
