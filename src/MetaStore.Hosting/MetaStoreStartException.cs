namespace MetaStore.Hosting;

/// <summary>The member cannot start; starting the host fails with it. The message is one line that says what to change.</summary>
public sealed class MetaStoreStartException : Exception
{
    internal MetaStoreStartException(int exitCode, string message, Exception inner)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>The exit code that the program metastore would end with: 64 for the configuration, 65 to 75 for the data and the disk.</summary>
    public int ExitCode { get; }
}
