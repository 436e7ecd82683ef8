using MetaStore.Cli.Terminals;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Cli.CommandLine;

/// <summary>Expected failures of a verb and their exit codes. Anything else is a bug in metactl.</summary>
internal static class Failures
{
    /// <summary>Part of both errors of Authenticate; etcdctl counts them as a failed connection.</summary>
    private const string AuthenticationFailed = "authentication failed";

    /// <summary>The exit code; null for an unexpected failure.</summary>
    public static int? CodeOf(Exception failure) => failure switch
    {
        UsageException wrong => wrong.ExitCode,
        InputException => ExitCodes.InvalidInput,
        RpcException refused when refused.Status.Detail.Contains(AuthenticationFailed, StringComparison.Ordinal) => ExitCodes.BadConnection,
        RpcException or LeaseLostException or BlockedNameException or WatchCompactedException => ExitCodes.Error,
        OutputException { IsReaderGone: true } => ExitCodes.BrokenPipe,
        IOException or UnauthorizedAccessException => ExitCodes.InputOutput,
        _ => null,
    };

    /// <summary>Reports a failure on standard error and returns the exit code. A closed pipe is not an error and is not reported.</summary>
    public static int Report(Exception failure)
    {
        if (failure is not OutputException { IsReaderGone: true })
        {
            Terminal.Complain($"Error: {(failure is RpcException refused ? TextOf(refused) : failure.Message)}");
        }

        return CodeOf(failure) ?? ExitCodes.Error;
    }

    /// <summary>The server's text; the name of the code when it sent none, as proxies do.</summary>
    private static string TextOf(RpcException refused) => refused.Status.Detail.Length > 0 ? refused.Status.Detail : refused.StatusCode.ToString();
}
