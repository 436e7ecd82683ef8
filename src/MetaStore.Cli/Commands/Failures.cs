using MetaStore.Cli.Terminals;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Cli.Commands;

/// <summary>Failures that a verb may end with, and what the program ends with then. Anything else is a fault of metactl.</summary>
internal static class Failures
{
    /// <summary>The exit code; null when the failure is not one of those that are expected.</summary>
    public static int? CodeOf(Exception failure) => failure switch
    {
        UsageException wrong => wrong.ExitCode,
        InputException => ExitCodes.InvalidInput,
        RpcException or LeaseLostException or BlockedNameException => ExitCodes.Error,
        OutputException { IsReaderGone: true } => ExitCodes.BrokenPipe,
        IOException or UnauthorizedAccessException => ExitCodes.InputOutput,
        _ => null,
    };

    /// <summary>Says on standard error what happened; the exit code. A closed pipe is no error and is not reported.</summary>
    public static int Report(Exception failure)
    {
        if (failure is not OutputException { IsReaderGone: true })
        {
            Terminal.Complain($"Error: {(failure is RpcException refused ? refused.Status.Detail : failure.Message)}");
        }

        return CodeOf(failure) ?? ExitCodes.Error;
    }
}
