using MetaStore.Robustness.Cluster;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Faults;

/// <summary>Attaches strace to a running member to change the behavior of some system calls.</summary>
internal static class Tracer
{
    /// <summary>Attaches.</summary>
    /// <param name="node">The member.</param>
    /// <param name="calls">Names of system calls, comma separated.</param>
    /// <param name="change">The injection, in strace's syntax.</param>
    public static ServerProcess Attach(FaultNode node, string calls, string change) => ServerProcess.Start(
        "strace", ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:{change}", "-p", node.Process!.Id.ToString()]);
}
