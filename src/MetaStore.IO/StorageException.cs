namespace MetaStore.IO;

/// <summary>
/// The stored data does not allow the node to start or to continue. The message names paths and is meant for the operator.
/// </summary>
public class StorageException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>: what the process should end with.</param>
    /// <param name="message">What was found, where, and what can be done.</param>
    /// <param name="inner">The cause, if another exception was it.</param>
    public StorageException(int exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>What the process should end with.</summary>
    public int ExitCode { get; }
}
