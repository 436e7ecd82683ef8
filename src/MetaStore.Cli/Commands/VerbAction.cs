using System.CommandLine;
using MetaStore.Client;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;

namespace MetaStore.Cli.Commands;

/// <summary>What every verb has in common: open a client, run, turn failures into one line and an exit code.</summary>
internal static class VerbAction
{
    /// <summary>Sets the action of a verb that talks to the cluster.</summary>
    public static void SetAction(this Command command, Func<ParseResult, MetaStoreClient, CancellationToken, Task<int>> run) =>
        command.SetGuardedAction(async (parsed, cancellation) =>
        {
            using var client = GlobalOptions.Connect(parsed);
            return await run(parsed, client, cancellation);
        });

    /// <summary>Sets the action of a verb that only works on files.</summary>
    public static void SetOfflineAction(this Command command, Action<ParseResult, CancellationToken> run) =>
        command.SetGuardedAction((parsed, cancellation) =>
        {
            run(parsed, cancellation);
            return Task.FromResult(ExitCodes.Ok);
        });

    private static void SetGuardedAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                UnknownFlags.Refuse(parsed);
                return await run(parsed, cancellation);
            }
            catch (RpcException failure)
            {
                await Console.Error.WriteLineAsync($"Error: {failure.Status.Detail}");
                return failure.IsUnreachable() ? ExitCodes.BadConnection : ExitCodes.Error;
            }
            catch (UsageException wrong)
            {
                await Console.Error.WriteLineAsync($"Error: {wrong.Message}");
                return ExitCodes.BadArguments;
            }
            catch (InputException wrong)
            {
                await Console.Error.WriteLineAsync($"Error: {wrong.Message}");
                return ExitCodes.InvalidInput;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"Error: {failed.Message}");
                return ExitCodes.InputOutput;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
        });
}
