namespace MetaStore.Cli.CommandLine;

/// <summary>The command line makes no sense; the message says what to write instead.</summary>
/// <param name="message">One line.</param>
/// <param name="exitCode">What etcdctl ends with for the same.</param>
internal sealed class UsageException(string message, int exitCode = ExitCodes.BadArguments) : Exception(message)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
