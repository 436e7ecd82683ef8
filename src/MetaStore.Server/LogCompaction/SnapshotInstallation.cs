using MetaStore.Engines;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Replaces the state by a verified snapshot of either kind.</summary>
internal static class SnapshotInstallation
{
    /// <exception cref="EngineException">The snapshot is damaged or of another index than it says, or the disk failed; the state is unchanged.</exception>
    public static void Run(ReplicatedStateMachine machine, SnapshotFile file)
    {
        using Stream body = file.OpenBody();
        if (file.Body == SnapshotBody.EngineFiles)
        {
            machine.InstallFiles(body, file.Metadata.Index, file.Metadata.Term, CancellationToken.None);
        }
        else
        {
            machine.InstallCheckpoint(body, file.Metadata.Index, file.Metadata.Term, CancellationToken.None);
        }
    }
}
