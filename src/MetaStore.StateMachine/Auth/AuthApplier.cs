using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Mvcc;

namespace MetaStore.StateMachine.Auth;

/// <summary>Applies the commands of users, roles, the switch and tokens. Thread: apply.</summary>
internal sealed class AuthApplier(MvccStore store, AuthStore auth)
{
    /// <summary>Decodes and applies; a change is marked for the watchers.</summary>
    /// <exception cref="CommandFormatException">The command cannot be read.</exception>
    public ErrorCode Apply(CommandKind kind, ReadOnlyMemory<byte> command, ulong index)
    {
        var before = auth.Current.Changes;
        var error = Run(kind, command, index);
        if (auth.Current.Changes != before)
        {
            store.MarkAuth();
        }

        return error;
    }

    private ErrorCode Run(CommandKind kind, ReadOnlyMemory<byte> command, ulong index)
    {
        switch (kind)
        {
            case CommandKind.AuthEnable:
                AuthEnableCommand.Decode(command);
                return auth.Enable(store.Batch);
            case CommandKind.AuthDisable:
                AuthDisableCommand.Decode(command);
                return auth.Disable(store.Batch);
            case CommandKind.UserPut:
                return auth.Put(UserPutCommand.Decode(command), store.Batch);
            case CommandKind.UserDelete:
                return auth.Delete(UserDeleteCommand.Decode(command), store.Batch);
            case CommandKind.UserPassword:
                return auth.SetPassword(UserPasswordCommand.Decode(command), store.Batch);
            case CommandKind.UserGrant:
                return auth.Grant(UserGrantCommand.Decode(command), store.Batch);
            case CommandKind.UserRevoke:
                return auth.Revoke(UserRevokeCommand.Decode(command), store.Batch);
            case CommandKind.RoleAdd:
                return auth.Add(RoleAddCommand.Decode(command), store.Batch);
            case CommandKind.RoleDelete:
                return auth.Delete(RoleDeleteCommand.Decode(command), store.Batch);
            case CommandKind.RoleGrant:
                return auth.Grant(RoleGrantCommand.Decode(command), store.Batch);
            case CommandKind.RoleRevoke:
                return auth.Revoke(RoleRevokeCommand.Decode(command), store.Batch);
            case CommandKind.TokenIssue:
                return auth.Issue(TokenIssueCommand.Decode(command), index, store.Batch);
            case CommandKind.TokenTouch:
                auth.Touch(TokenTouchCommand.Decode(command), index, store.Batch);
                return ErrorCode.None;
            default:
                auth.Drop(TokenDropCommand.Decode(command), store.Batch);
                return ErrorCode.None;
        }
    }
}
