namespace MetaStore.Cli.CommandLine;

/// <summary>The command line is invalid; the message says what to write instead.</summary>
/// <param name="message">One line.</param>
/// <param name="exitCode">etcdctl's exit code for the same error.</param>
internal sealed class UsageException(string message, int exitCode = ExitCodes.BadArguments) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
