using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Mvcc;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.StateMachine;

/// <summary>Applies one command to the state and returns its result: a pure function of both.</summary>
/// <remarks>
/// Thread: apply. Order of checks as in etcd: identity, rights, alarms, then the command's own conditions. Identity and rights are judged by the
/// auth state of this moment, never by a clock or a cache.
/// </remarks>
internal sealed class CommandApplier(MvccStore store, Lessor lessor, MemberStore members, AlarmStore alarms, AuthStore auth)
{
    private readonly WriteTxn _txn = new(store);
    private readonly AuthApplier _authApplier = new(store, auth);
    private readonly IdentityReader _identities = new();

    /// <summary>Rights of the command being applied.</summary>
    private UserRights _rights = UserRights.All;

    /// <exception cref="CommandFormatException">The command cannot be read; the node must stop.</exception>
    public CommandResult Apply(ReadOnlyMemory<byte> command, ulong index, ulong term, AnswerMeter meter)
    {
        if (command.IsEmpty)
        {
            throw new CommandFormatException("A command is empty.");
        }

        var identity = AuthIdentity.None;
        if (command.Span[0] == (byte)CommandKind.As)
        {
            identity = _identities.Read(command, out command);
        }

        _txn.Begin();
        var kind = (CommandKind)command.Span[0];
        _rights = UserRights.All;
        if (auth.Current.IsEnabled && kind.NeedsIdentity())
        {
            var refused = auth.Current.Admit(identity, NeedsAdministrator(kind, command), out var rights);
            if (refused != ErrorCode.None)
            {
                CommandCheck.Read(command, out _);
                return Result(kind, refused);
            }

            _rights = rights!;
        }

        if (kind.ChangesAuth() || kind is CommandKind.TokenIssue or CommandKind.TokenTouch or CommandKind.TokenDrop)
        {
            return Result(kind, _authApplier.Apply(kind, command, index));
        }

        return kind switch
        {
            CommandKind.Put => Put(PutCommand.Decode(command), meter),
            CommandKind.DeleteRange => DeleteRange(DeleteRangeCommand.Decode(command), meter),
            CommandKind.Txn => Txn(TxnCommand.Decode(command), meter),
            CommandKind.Compact => Compact(CompactCommand.Decode(command)),
            CommandKind.LeaseGrant => Grant(LeaseGrantCommand.Decode(command)),
            CommandKind.LeaseRevoke => Revoke(kind, LeaseRevokeCommand.Decode(command).Id),
            CommandKind.LeaseExpire => Expire(LeaseExpireCommand.Decode(command), term),
            CommandKind.LeaseCheckpoint => Checkpoint(LeaseCheckpointCommand.Decode(command), term),
            CommandKind.MemberUpsert => Result(kind, members.Upsert(MemberUpsertCommand.Decode(command).Member, store.Batch)),
            CommandKind.MemberRemove => Result(kind, members.Remove(MemberRemoveCommand.Decode(command).Id, store.Batch)),
            CommandKind.MemberAttributes => Result(kind, members.SetAttributes(MemberAttributesCommand.Decode(command), store.Batch)),
            CommandKind.MemberPromote => Result(kind, members.Promote(MemberPromoteCommand.Decode(command).Id, store.Batch)),
            CommandKind.MemberPeerUrls => Result(kind, members.SetPeerUrls(MemberPeerUrlsCommand.Decode(command), store.Batch)),
            CommandKind.ClusterVersionSet => SetClusterVersion(ClusterVersionSetCommand.Decode(command)),
            CommandKind.Alarm => Alarm(AlarmCommand.Decode(command)),
            CommandKind.Noop => Noop(command),
            _ => throw new CommandFormatException($"A command has the unknown kind {(byte)kind}."),
        };
    }

    private CommandResult Put(in PutCommand put, AnswerMeter meter)
    {
        var error = !CommandRights.MayPut(_rights, put, lessor) ? ErrorCode.PermissionDenied
            : alarms.Corrupt ? ErrorCode.Corrupt
            : alarms.NoSpace ? ErrorCode.NoSpace
            : PutExecution.Check(put, _txn, lessor);
        if (error != ErrorCode.None)
        {
            return Result(CommandKind.Put, error);
        }

        var prevKvs = PutExecution.Run(put, _txn, meter);
        return new CommandResult { Kind = CommandKind.Put, PrevKvs = prevKvs, AnswerDropped = meter.IsClosed, Revision = _txn.Finish() };
    }

    private CommandResult DeleteRange(in DeleteRangeCommand delete, AnswerMeter meter)
    {
        if (!CommandRights.MayDelete(_rights, delete))
        {
            return Result(CommandKind.DeleteRange, ErrorCode.PermissionDenied);
        }

        if (alarms.Corrupt)
        {
            return Result(CommandKind.DeleteRange, ErrorCode.Corrupt);
        }

        var deleted = DeleteExecution.Run(delete, _txn, meter, out var prevKvs);
        return new CommandResult { Kind = CommandKind.DeleteRange, Deleted = deleted, PrevKvs = prevKvs, AnswerDropped = meter.IsClosed, Revision = _txn.Finish() };
    }

    private CommandResult Txn(TxnCommand txn, AnswerMeter meter)
    {
        TxnResult? result = null;
        var error = !CommandRights.MayRun(_rights, txn, lessor) ? ErrorCode.PermissionDenied
            : alarms.Corrupt ? ErrorCode.Corrupt
            : alarms.NoSpace && QuotaCost.Of(txn) > 0 ? ErrorCode.NoSpace
            : new TxnEvaluator<WriteTxn>(_txn, _txn, lessor, meter).Execute(txn, out result);
        return new CommandResult { Kind = CommandKind.Txn, Error = error, Txn = result, AnswerDropped = meter.IsClosed, Revision = _txn.Finish() };
    }

    private CommandResult Compact(in CompactCommand compact)
    {
        var error = alarms.Corrupt ? ErrorCode.Corrupt
            : compact.Revision > store.Revision ? ErrorCode.FutureRevision
            : compact.Revision <= store.Compacted ? ErrorCode.Compacted
            : ErrorCode.None;
        if (error == ErrorCode.None)
        {
            store.Compacted = compact.Revision;
        }

        return Result(CommandKind.Compact, error);
    }

    private CommandResult Grant(in LeaseGrantCommand grant)
        => Result(CommandKind.LeaseGrant, alarms.Corrupt ? ErrorCode.Corrupt
            : alarms.NoSpace ? ErrorCode.NoSpace
            : lessor.Grant(grant, store.Batch));

    private CommandResult Expire(in LeaseExpireCommand expire, ulong term)
        => expire.Term == term && (expire.Epoch == 0 || lessor.IsOfEpoch(expire.Id, expire.Epoch))
            ? Revoke(CommandKind.LeaseExpire, expire.Id)
            : Result(CommandKind.LeaseExpire, ErrorCode.LeaseNotFound);

    private CommandResult Checkpoint(in LeaseCheckpointCommand checkpoint, ulong term)
    {
        if (checkpoint.Term != term)
        {
            return Result(CommandKind.LeaseCheckpoint, ErrorCode.LeaseNotFound);
        }

        lessor.Checkpoint(checkpoint.Checkpoints, store.Batch);
        return Result(CommandKind.LeaseCheckpoint, ErrorCode.None);
    }

    private CommandResult Revoke(CommandKind kind, long id)
    {
        if (!CommandRights.MayWriteAll(_rights, id, lessor))
        {
            return Result(kind, ErrorCode.PermissionDenied);
        }

        if (alarms.Corrupt)
        {
            return Result(kind, ErrorCode.Corrupt);
        }

        if (!lessor.TryRevoke(id, store.Batch, out var keys))
        {
            return Result(kind, ErrorCode.LeaseNotFound);
        }

        var deleted = 0L;
        foreach (var key in keys)
        {
            deleted += _txn.Delete(new KeyRange(key, default));
        }

        return new CommandResult { Kind = kind, Deleted = deleted, Revision = _txn.Finish() };
    }

    private CommandResult SetClusterVersion(in ClusterVersionSetCommand command)
    {
        members.SetClusterVersion(command.Version, store.Batch);
        return Result(CommandKind.ClusterVersionSet, ErrorCode.None);
    }

    private CommandResult Alarm(in AlarmCommand command)
    {
        var error = alarms.Apply(command, store.Batch, out var answer);
        return new CommandResult { Kind = CommandKind.Alarm, Error = error, Alarms = answer, Revision = store.Revision };
    }

    private CommandResult Noop(ReadOnlyMemory<byte> command)
    {
        NoopCommand.Check(command);
        return Result(CommandKind.Noop, ErrorCode.None);
    }

    /// <summary>Changes of users and roles, compaction, and alarms unless they are only listed.</summary>
    private static bool NeedsAdministrator(CommandKind kind, ReadOnlyMemory<byte> command)
        => kind.ChangesAuth() || kind == CommandKind.Compact || (kind == CommandKind.Alarm && AlarmCommand.Decode(command).Action != AlarmAction.Get);

    private CommandResult Result(CommandKind kind, ErrorCode error) => new() { Kind = kind, Error = error, Revision = store.Revision };
}
