using System.CommandLine;
using Grpc.Core;
using MetaStore.Cli.Output;
using MetaStore.Client;

namespace MetaStore.Cli.CommandLine;

/// <summary>Shared by all verbs: open a client, run, report failures as one line and an exit code.</summary>
internal static class VerbAction
{
    /// <summary>Sets the action of a verb that calls the cluster.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="run">The action; returns the exit code.</param>
    /// <param name="hasTable">Whether the verb supports <c>-w table</c>. If not, it is rejected before anything is sent.</param>
    public static void SetAction(this Command command, Func<ParseResult, MetaStoreClient, CancellationToken, Task<int>> run, bool hasTable = false) =>
        command.SetGuardedAction(async (parsed, cancellation) =>
        {
            using var client = GlobalOptions.Connect(parsed);
            if (!hasTable && GlobalOptions.Format(parsed) == OutputFormat.Table)
            {
                throw new UsageException("table not supported as output format", ExitCodes.BadFeature);
            }

            try
            {
                return await run(parsed, client, cancellation);
            }
            catch (RpcException failure) when (client.LacksToken)
            {
                // etcdctl authenticates while it connects, before the verb.
                Failures.Report(failure);
                return ExitCodes.BadConnection;
            }
        });

    /// <summary>Sets the action of a verb that works on files only.</summary>
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
