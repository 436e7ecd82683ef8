namespace MetaStore.Raft.Runtime.Native;

/// <summary>What to do when the node must not go on. The product ends the process; a test takes note.</summary>
/// <remarks>Called at most a few times and from any thread. If it returns, the caller stops doing any work and completes nothing.</remarks>
public interface IFatalHandler
{
    /// <summary>The node is dead from here on.</summary>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="reason">One line for the operator.</param>
    void OnFatal(int exitCode, string reason);
}
