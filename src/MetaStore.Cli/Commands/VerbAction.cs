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
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                using var client = GlobalOptions.Connect(parsed);
                return await run(parsed, client, cancellation);
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
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
        });
}
