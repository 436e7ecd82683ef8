using MetaStore.Robustness.Cluster;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Faults;

/// <summary>strace attached to a running member, changing what some of its system calls do.</summary>
internal static class Tracer
{
    /// <summary>Attaches.</summary>
    /// <param name="node">The member.</param>
    /// <param name="calls">System calls, with commas.</param>
    /// <param name="change">What is done to them, in strace's words.</param>
    public static ServerProcess Attach(FaultNode node, string calls, string change) => ServerProcess.Start(
        "strace", ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:{change}", "-p", node.Process!.Id.ToString()]);
}
