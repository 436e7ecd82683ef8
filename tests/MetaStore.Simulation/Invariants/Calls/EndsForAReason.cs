using MetaStore.IO;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Calls;

/// <summary>A process ends itself only after a failed sync.</summary>
internal sealed class EndsForAReason(SimCluster cluster) : Invariant(cluster)
{
    public override void Ends(SimProcess process)
    {
        if (process.Ended is { } fatal && !process.Disk.IsDown)
        {
            Require(
                fatal.ExitCode == ExitCodes.IoError && process.Disk.FailedSyncs > 0,
                $"node {process.Machine.Id} ends with {fatal.ExitCode}: {fatal.Reason}");
        }
    }
}
