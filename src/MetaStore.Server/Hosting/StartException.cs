using MetaStore.IO;

namespace MetaStore.Server.Hosting;

/// <summary>The node cannot start, for a reason that fits on one line and names what to change.</summary>
public sealed class StartException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="message">One line for the operator.</param>
    /// <param name="inner">The cause.</param>
    public StartException(int exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; }
}
