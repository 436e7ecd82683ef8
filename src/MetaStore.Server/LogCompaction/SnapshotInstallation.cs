using MetaStore.Engines;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Replaces the state by a snapshot that was verified, whatever kind of body it has.</summary>
internal static class SnapshotInstallation
{
    /// <exception cref="EngineException">Damaged, of another point of the log than it says, or the disk refused; the state is as it was.</exception>
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
