namespace MetaStore.StateMachine.Commands;

/// <summary>Which commands come from calls of clients.</summary>
internal static class CommandKinds
{
    /// <summary>
    /// True for commands that calls of clients contain: while auth is on they are applied only with an identity. All other kinds are proposed by
    /// members for themselves.
    /// </summary>
    public static bool NeedsIdentity(this CommandKind kind) => kind switch
    {
        CommandKind.Put or CommandKind.DeleteRange or CommandKind.Txn or CommandKind.Compact => true,
        CommandKind.LeaseGrant or CommandKind.LeaseRevoke or CommandKind.Alarm => true,
        _ => kind.ChangesAuth(),
    };

    /// <summary>True for changes of users, roles and the switch, which need an administrator.</summary>
    public static bool ChangesAuth(this CommandKind kind) => kind is >= CommandKind.AuthEnable and <= CommandKind.RoleRevoke;
}
