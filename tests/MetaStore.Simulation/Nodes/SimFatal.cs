using MetaStore.IO;

namespace MetaStore.Simulation.Nodes;

/// <summary>Records that a process must end, instead of ending this one.</summary>
internal sealed class SimFatal : IFatalHandler
{
    /// <summary>Exit code of the first call, or null.</summary>
    public int? ExitCode { get; private set; }

    public string Reason { get; private set; } = string.Empty;

    public void OnFatal(int exitCode, string reason)
    {
        if (ExitCode is null)
        {
            (ExitCode, Reason) = (exitCode, reason);
        }
    }
}
