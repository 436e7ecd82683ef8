using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.Simulation.Checkers;

/// <summary>The committed writes in order, each with the response that the reference store gives.</summary>
/// <param name="keepsChanges">Whether the reference store keeps changes for watches.</param>
internal sealed class ReplayedLog(bool keepsChanges = false)
{
    private readonly List<Write> _writes = [];
    private readonly Dictionary<string, int> _byTag = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _byRevision = [];

    /// <summary>The reference store after the last write.</summary>
    public ReferenceStore Store { get; } = new() { KeepsChanges = keepsChanges };

    /// <summary>Users and roles after the last write.</summary>
    public ReferenceUsers Users { get; } = new();

    public IReadOnlyList<Write> Writes => _writes;

    /// <summary>A tag that occurs twice, or null: a write took effect twice.</summary>
    public string? DoubledTag { get; private set; }

    /// <summary>Replays the entries of a log; nested and foreign commands are skipped.</summary>
    public static ReplayedLog Of(IEnumerable<Entry> entries, bool keepsChanges = false)
    {
        var log = new ReplayedLog(keepsChanges);
        foreach (Entry entry in entries)
        {
            if (entry.Type != EntryType.Normal || entry.Data.IsEmpty)
            {
                continue;
            }

            foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(entry.Data))
            {
                AuthIdentity identity = AuthIdentity.None;
                ReadOnlyMemory<byte> inner = command;
                if ((CommandKind)command.Span[0] == CommandKind.As)
                {
                    identity = AsHeader.Read(command, out inner);
                }

                if ((CommandKind)inner.Span[0] == CommandKind.LeaseCheckpoint && LeaseCheckpointCommand.Decode(inner) is var record && record.Term == entry.Term)
                {
                    log.Store.Leases.Record(record);
                }

                if (Decode(inner) is { } write)
                {
                    log.Add(write, entry.Term, identity);
                }
            }
        }

        return log;
    }

    /// <summary>The command, or null when it has no effect that clients see.</summary>
    public static ICommand? Decode(ReadOnlyMemory<byte> command) => (CommandKind)command.Span[0] switch
    {
        CommandKind.Put => PutCommand.Decode(command),
        CommandKind.DeleteRange => DeleteRangeCommand.Decode(command),
        CommandKind.Txn => TxnCommand.Decode(command),
        CommandKind.Compact => CompactCommand.Decode(command),
        CommandKind.LeaseGrant => LeaseGrantCommand.Decode(command),
        CommandKind.LeaseRevoke => LeaseRevokeCommand.Decode(command),
        CommandKind.LeaseExpire => LeaseExpireCommand.Decode(command),
        CommandKind.AuthEnable => default(AuthEnableCommand),
        CommandKind.AuthDisable => default(AuthDisableCommand),
        CommandKind.UserPut => UserPutCommand.Decode(command),
        CommandKind.UserDelete => UserDeleteCommand.Decode(command),
        CommandKind.UserPassword => UserPasswordCommand.Decode(command),
        CommandKind.UserGrant => UserGrantCommand.Decode(command),
        CommandKind.UserRevoke => UserRevokeCommand.Decode(command),
        CommandKind.RoleAdd => RoleAddCommand.Decode(command),
        CommandKind.RoleDelete => RoleDeleteCommand.Decode(command),
        CommandKind.RoleGrant => RoleGrantCommand.Decode(command),
        CommandKind.RoleRevoke => RoleRevokeCommand.Decode(command),
        _ => null,
    };

    /// <summary>Adds the next write.</summary>
    /// <param name="command">The write.</param>
    /// <param name="term">Term of its entry.</param>
    /// <param name="identity">Whose it is; none by default.</param>
    public void Add(ICommand command, ulong term = 0, AuthIdentity identity = default)
    {
        long before = Store.Revision;
        string answer = Users.Judge(identity, command) is not ErrorCode.None and var refused ? $"error {refused}"
            : IsOfUsers(command) ? $"users: {Users.Apply(command)}"
            : Store.Apply(command, term);
        int position = _writes.Count;
        _writes.Add(new Write(position, command, answer, Store.Revision, Store.Revision > before));
        if (Store.Revision > before)
        {
            _byRevision[Store.Revision] = position;
        }

        if (WriteTag.Of(command) is { } tag && !_byTag.TryAdd(tag, position))
        {
            DoubledTag ??= tag;
        }
    }

    private static bool IsOfUsers(ICommand command) => command is AuthEnableCommand or AuthDisableCommand or UserPutCommand or UserDeleteCommand or UserPasswordCommand
        or UserGrantCommand or UserRevokeCommand or RoleAddCommand or RoleDeleteCommand or RoleGrantCommand or RoleRevokeCommand;

    /// <summary>Position of the write with a tag, or null.</summary>
    public int? Find(string tag) => _byTag.TryGetValue(tag, out int position) ? position : null;

    /// <summary>Position of the write that made a revision, or null.</summary>
    public int? At(long revision) => _byRevision.TryGetValue(revision, out int position) ? position : null;

    /// <summary>A write at its position.</summary>
    /// <param name="Position">From 0.</param>
    /// <param name="Command">The write.</param>
    /// <param name="Answer">The response that it must have had.</param>
    /// <param name="Revision">Store revision after it.</param>
    /// <param name="Changes">True when it made that revision.</param>
    public sealed record Write(int Position, ICommand Command, string Answer, long Revision, bool Changes);
}
