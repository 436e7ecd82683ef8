namespace MetaStore.StateMachine.Auth;

/// <summary>Whose command or call it is, and when that was proved.</summary>
/// <param name="Kind">Client, user or member.</param>
/// <param name="User">Name of the user; empty for the other kinds.</param>
/// <param name="Revision">Auth revision at which the user was proved; 0 for the other kinds.</param>
public readonly record struct AuthIdentity(IdentityKind Kind, string User, ulong Revision)
{
    /// <summary>A client without a token.</summary>
    public static AuthIdentity None { get; } = new(IdentityKind.None, string.Empty, 0);

    /// <summary>A member for itself.</summary>
    public static AuthIdentity Internal { get; } = new(IdentityKind.Internal, string.Empty, 0);

    /// <summary>A user.</summary>
    public static AuthIdentity Of(string user, ulong revision) => new(IdentityKind.User, user, revision);
}
