namespace MetaStore.StateMachine.Auth.Tokens;

/// <summary>What is stored of a token besides its digest.</summary>
/// <param name="User">Whose it is; empty for a member's.</param>
/// <param name="Revision">Auth revision at its issue: the identity it proves is as old as this.</param>
/// <param name="IssuedAt">Index of the log entry of its issue; the number at the end of the token.</param>
/// <param name="UsedAt">Index of the log entry that recorded its last use; its issue at first.</param>
public readonly record struct TokenRecord(string User, ulong Revision, ulong IssuedAt, ulong UsedAt);
