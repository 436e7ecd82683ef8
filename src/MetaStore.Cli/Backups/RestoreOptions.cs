using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Backups;

/// <summary>Flags of a restore.</summary>
/// <param name="IsFromEtcd">Only a file of etcd is accepted, also the database of a stopped member, which has no checksum; alarms are kept.</param>
/// <param name="BumpRevision">See <see cref="RestorePlan.BumpRevision"/>.</param>
/// <param name="MarkCompacted">See <see cref="RestorePlan.MarkCompacted"/>.</param>
internal sealed record RestoreOptions(bool IsFromEtcd, long BumpRevision, bool MarkCompacted);
