using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.StateMachine.Commands.Codec;

/// <summary>
/// Decodes a command as applying it would and discards the result: validates commands of untrusted origin before they enter the
/// log.
/// </summary>
public static class CommandCheck
{
    /// <summary>Decodes all of it.</summary>
    /// <param name="command">The encoding.</param>
    /// <param name="publisher">Of <see cref="CommandKind.MemberAttributes"/>: the member whose attributes they are; else 0.</param>
    /// <returns>Its kind; of an As command that of the inner one.</returns>
    /// <exception cref="CommandFormatException">Applying it would throw the same exception.</exception>
    public static CommandKind Read(ReadOnlyMemory<byte> command, out ulong publisher)
    {
        publisher = 0;
        if (command.IsEmpty)
        {
            throw new CommandFormatException("A command is empty.");
        }

        var kind = (CommandKind)command.Span[0];
        switch (kind)
        {
            case CommandKind.Put:
                PutCommand.Decode(command);
                break;
            case CommandKind.DeleteRange:
                DeleteRangeCommand.Decode(command);
                break;
            case CommandKind.Txn:
                TxnCommand.Decode(command);
                break;
            case CommandKind.Compact:
                CompactCommand.Decode(command);
                break;
            case CommandKind.LeaseGrant:
                LeaseGrantCommand.Decode(command);
                break;
            case CommandKind.LeaseRevoke:
                LeaseRevokeCommand.Decode(command);
                break;
            case CommandKind.LeaseExpire:
                LeaseExpireCommand.Decode(command);
                break;
            case CommandKind.LeaseCheckpoint:
                LeaseCheckpointCommand.Decode(command);
                break;
            case CommandKind.MemberUpsert:
                MemberUpsertCommand.Decode(command);
                break;
            case CommandKind.MemberRemove:
                MemberRemoveCommand.Decode(command);
                break;
            case CommandKind.MemberAttributes:
                publisher = MemberAttributesCommand.Decode(command).Id;
                break;
            case CommandKind.MemberPromote:
                MemberPromoteCommand.Decode(command);
                break;
            case CommandKind.MemberPeerUrls:
                MemberPeerUrlsCommand.Decode(command);
                break;
            case CommandKind.ClusterVersionSet:
                ClusterVersionSetCommand.Decode(command);
                break;
            case CommandKind.Alarm:
                AlarmCommand.Decode(command);
                break;
            case CommandKind.Noop:
                NoopCommand.Check(command);
                break;
            case CommandKind.As:
                return Read(AsHeader.InnerOf(command), out publisher);
            case >= CommandKind.AuthEnable and <= CommandKind.TokenDrop:
                ReadAuth(kind, command);
                break;
            default:
                throw new CommandFormatException($"A command has the unknown kind {(byte)kind}.");
        }

        return kind;
    }

    private static void ReadAuth(CommandKind kind, ReadOnlyMemory<byte> command)
    {
        switch (kind)
        {
            case CommandKind.AuthEnable:
                AuthEnableCommand.Decode(command);
                break;
            case CommandKind.AuthDisable:
                AuthDisableCommand.Decode(command);
                break;
            case CommandKind.UserPut:
                UserPutCommand.Decode(command);
                break;
            case CommandKind.UserDelete:
                UserDeleteCommand.Decode(command);
                break;
            case CommandKind.UserPassword:
                UserPasswordCommand.Decode(command);
                break;
            case CommandKind.UserGrant:
                UserGrantCommand.Decode(command);
                break;
            case CommandKind.UserRevoke:
                UserRevokeCommand.Decode(command);
                break;
            case CommandKind.RoleAdd:
                RoleAddCommand.Decode(command);
                break;
            case CommandKind.RoleDelete:
                RoleDeleteCommand.Decode(command);
                break;
            case CommandKind.RoleGrant:
                RoleGrantCommand.Decode(command);
                break;
            case CommandKind.RoleRevoke:
                RoleRevokeCommand.Decode(command);
                break;
            case CommandKind.TokenIssue:
                TokenIssueCommand.Decode(command);
                break;
            case CommandKind.TokenTouch:
                TokenTouchCommand.Decode(command);
                break;
            default:
                TokenDropCommand.Decode(command);
                break;
        }
    }
}
