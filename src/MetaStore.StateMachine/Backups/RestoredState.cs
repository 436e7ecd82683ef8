using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.Backups;

/// <summary>
/// Makes the first state of a new cluster from a backup: keys, history, leases and users stay; members and log index are new.
/// </summary>
/// <remarks>
/// Alarms are dropped, unless the plan keeps them: they name members of the old cluster. So are tokens: clients of the old cluster authenticate again. One entry is in memory at a time. The same backup and plan give the same
/// bytes, so that all initial members start with the same state.
/// </remarks>
public sealed class RestoredState
{
    private readonly CheckpointWriter _target;
    private readonly RestorePlan _plan;
    private readonly CancellationToken _cancellation;
    private bool _membersAreWritten;

    private RestoredState(Stream target, RestorePlan plan, CancellationToken cancellation)
    {
        _target = new CheckpointWriter(target);
        _plan = plan;
        _cancellation = cancellation;
    }

    /// <summary>Store revision of the written state.</summary>
    private long Revision { get; set; }

    /// <summary>Writes the new state as a checkpoint.</summary>
    /// <param name="backup">A checked backup.</param>
    /// <param name="target">Neither flushed nor closed.</param>
    /// <param name="plan">The new values.</param>
    /// <param name="cancellation">Cancels the restore.</param>
    /// <returns>The store revision of the new state.</returns>
    /// <exception cref="EngineException">The backup is damaged; what was written is unusable.</exception>
    /// <exception cref="OverflowException">The revision bump exceeds the range of revisions.</exception>
    public static long Write(BackupSource backup, Stream target, RestorePlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var state = new RestoredState(target, plan, cancellation);
        backup.Read(state.Take, cancellation);
        state.WriteMembers();
        state._target.Complete();
        return state.Revision;
    }

    private void Take(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch (bucket)
        {
            case Bucket.Meta when key.SequenceEqual(MetaKeys.State):
                _target.Add(bucket, key, Renew(StateRecord.Decode(value)).Encode(), _cancellation);
                break;
            case Bucket.Meta when (key.StartsWith(MetaKeys.Alarms) && !_plan.KeepAlarms) || key.SequenceEqual(MetaKeys.ConfState):
            case Bucket.Members:
                break;
            case Bucket.Auth when key.StartsWith(AuthKeys.Tokens):
                break;
            case > Bucket.Members:
                WriteMembers();
                _target.Add(bucket, key, value, _cancellation);
                break;
            default:
                _target.Add(bucket, key, value, _cancellation);
                break;
        }
    }

    private StateRecord Renew(StateRecord old)
    {
        Revision = checked(old.Revision + _plan.BumpRevision);
        return new StateRecord(_plan.Index, _plan.Term, Revision, _plan.MarkCompacted ? Revision : old.Compacted, old.HasUsers);
    }

    private void WriteMembers()
    {
        if (_membersAreWritten)
        {
            return;
        }

        _membersAreWritten = true;
        foreach (var member in _plan.Members.OrderBy(member => member.Id))
        {
            _target.Add(Bucket.Members, MetaKeys.Id(member.Id), MemberStore.Encode(member), _cancellation);
        }
    }
}
