namespace MetaStore.IO;

/// <summary>Called when the node must not continue. The product ends the process; a test records the call.</summary>
/// <remarks>Called at most a few times and from any thread. If it returns, the caller stops doing any work and completes nothing.</remarks>
public interface IFatalHandler
{
    /// <summary>Stops the node permanently.</summary>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="reason">One line for the operator.</param>
    void OnFatal(int exitCode, string reason);
}
