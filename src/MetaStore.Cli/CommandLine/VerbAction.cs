using System.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Client;

namespace MetaStore.Cli.CommandLine;

/// <summary>What every verb has in common: open a client, run, turn failures into one line and an exit code.</summary>
internal static class VerbAction
{
    /// <summary>Sets the action of a verb that talks to the cluster.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="run">What it does; the exit code.</param>
    /// <param name="hasTable">Whether <c>-w table</c> is something for it. If not it is refused before anything is sent.</param>
    public static void SetAction(this Command command, Func<ParseResult, MetaStoreClient, CancellationToken, Task<int>> run, bool hasTable = false) =>
        command.SetGuardedAction(async (parsed, cancellation) =>
        {
            using var client = GlobalOptions.Connect(parsed);
            if (!hasTable && GlobalOptions.Format(parsed) == OutputFormat.Table)
            {
                throw new UsageException("table not supported as output format", ExitCodes.BadFeature);
            }

            return await run(parsed, client, cancellation);
        });

    /// <summary>Sets the action of a verb that only works on files.</summary>
    public static void SetOfflineAction(this Command command, Func<ParseResult, CancellationToken, int> run) =>
        command.SetGuardedAction((parsed, cancellation) => Task.FromResult(run(parsed, cancellation)));

    private static void SetGuardedAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await run(parsed, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (Exception failure) when (Failures.CodeOf(failure) is not null)
            {
                return Failures.Report(failure);
            }
        });
}
