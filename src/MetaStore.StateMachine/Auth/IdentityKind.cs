namespace MetaStore.StateMachine.Auth;

/// <summary>Whose command or call it is. Numbers are part of the log format.</summary>
public enum IdentityKind : byte
{
    /// <summary>A client without a token.</summary>
    None = 0,

    /// <summary>A client that has proved which user it is.</summary>
    User = 1,

    /// <summary>A member for itself: never refused. No call of a client becomes this.</summary>
    Internal = 2,
}
