using MetaStore.Engines;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Replaces the state by a verified snapshot of any kind.</summary>
internal static class SnapshotInstallation
{
    /// <exception cref="EngineException">The snapshot is damaged or of another index than it says, or the disk failed; the state is unchanged.</exception>
    public static void Run(ReplicatedStateMachine machine, SnapshotFile file)
    {
        using Stream body = file.OpenBody();
        switch (file.Body)
        {
            case SnapshotBody.EngineFiles:
                machine.InstallFiles(body, file.Metadata.Index, file.Metadata.Term, CancellationToken.None);
                break;
            case SnapshotBody.Pages:
                machine.InstallPages(body, file.Metadata.Index, file.Metadata.Term, CancellationToken.None);
                break;
            default:
                machine.InstallCheckpoint(body, file.Metadata.Index, file.Metadata.Term, CancellationToken.None);
                break;
        }
    }
}
