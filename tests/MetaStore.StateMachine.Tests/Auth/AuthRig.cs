using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Auth;

/// <summary>Users and roles of a store, short.</summary>
internal static class AuthRig
{
    /// <summary>User root with role root; then auth is on.</summary>
    public static void Enable(StoreRig rig)
    {
        Assert.Equal(ErrorCode.None, rig.Apply(new UserPutCommand { Name = "root", Hash = "h" }).Error);
        Assert.Equal(ErrorCode.None, rig.Apply(new UserGrantCommand { User = "root", Role = "root" }).Error);
        Assert.Equal(ErrorCode.None, rig.Apply(default(AuthEnableCommand)).Error);
    }

    /// <summary>A user with a role of the same name that has some permissions; while auth is off.</summary>
    public static void User(StoreRig rig, string name, params (PermissionType Type, string Key, string End)[] permissions)
    {
        rig.Apply(new UserPutCommand { Name = name, Hash = "h" });
        rig.Apply(new RoleAddCommand { Name = name });
        rig.Apply(new UserGrantCommand { User = name, Role = name });
        foreach (var (type, key, end) in permissions)
        {
            Assert.Equal(ErrorCode.None, rig.Apply(new RoleGrantCommand { Role = name, Type = type, Key = Bytes.Of(key), RangeEnd = Bytes.Of(end) }).Error);
        }
    }

    /// <summary>Applies a command as a user who has just authenticated.</summary>
    public static CommandResult As<TCommand>(this StoreRig rig, string user, TCommand command)
        where TCommand : ICommand
        => rig.Apply(new AsCommand<TCommand>(AuthIdentity.Of(user, rig.Machine.Reader.Auth.Revision), command));
}
