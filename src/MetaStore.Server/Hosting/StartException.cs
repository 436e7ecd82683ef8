using MetaStore.IO;

namespace MetaStore.Server.Hosting;

/// <summary>The node cannot start; the message is one line that says what to change.</summary>
public sealed class StartException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="message">One line for the operator.</param>
    /// <param name="inner">The cause.</param>
    public StartException(int exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; }
}
