namespace MetaStore.StateMachine.Auth.Tokens;

/// <summary>A token and when it was used last.</summary>
/// <param name="Digest">Which token.</param>
/// <param name="UsedAt">Index of the log entry that recorded its last use or its issue.</param>
public readonly record struct TokenUse(TokenDigest Digest, ulong UsedAt);
