namespace MetaStore.Server.Configuration.Options.Auth;

/// <summary>Users, passwords and tokens. Whether users are checked at all is part of the replicated state, not of these.</summary>
public sealed class AuthOptions
{
    /// <summary>Value of <see cref="Token"/> for tokens in the replicated state.</summary>
    public const string Simple = "simple";

    /// <summary>Value of <see cref="Token"/> for no tokens.</summary>
    public const string None = "none";

    /// <summary>Kind of the tokens: "simple" (default), or "none"; then no password is accepted.</summary>
    public string Token { get; set; } = Simple;

    /// <summary>Seconds that a token lives after its last use, at least. 1 to 86,400, default 300.</summary>
    public long TokenTtlSeconds { get; set; } = 300;

    /// <summary>Cost of bcrypt for new passwords; each step doubles the time of a check. Default 10.</summary>
    public int BcryptCost { get; set; } = DefaultBcryptCost;

    /// <summary>The cost in force: 10 for one outside of 4 to 31, as in etcd.</summary>
    public int EffectiveBcryptCost => BcryptCost is >= 4 and <= 31 ? BcryptCost : DefaultBcryptCost;

    /// <summary>Characters that a new password needs. 0 to 72, default 0.</summary>
    public int PasswordMinLength { get; set; }

    /// <summary>What is taken for a cost outside of the range.</summary>
    public const int DefaultBcryptCost = 10;
}
