namespace MetaStore.Server.Configuration.Options.Auth;

/// <summary>Users, passwords and tokens. Whether users are checked at all is part of the replicated state, not of these.</summary>
public sealed class AuthOptions
{
    /// <summary>Value of <see cref="Token"/> for tokens in the replicated state.</summary>
    public const string Simple = "simple";

    /// <summary>Value of <see cref="Token"/> for no tokens.</summary>
    public const string None = "none";

    /// <summary>Kind of the tokens: "simple" (default), "none", with which no password is accepted, or "jwt,..." with the options of <see cref="Jwt"/>.</summary>
    public string Token { get; set; } = Simple;

    /// <summary>How tokens are signed; null unless <see cref="Token"/> asks for it.</summary>
    public JwtOptions? Jwt { get; set; }

    /// <summary>Seconds that a token lives after its last use, at least. 1 to 86,400, default 300.</summary>
    public long TokenTtlSeconds { get; set; } = 300;

    /// <summary>Cost of bcrypt for new passwords; each step doubles the time of a check. Default 10.</summary>
    public int BcryptCost { get; set; } = DefaultBcryptCost;

    /// <summary>The cost in force: 10 for one outside of 4 to 31, as in etcd.</summary>
    public int EffectiveBcryptCost => BcryptCost is >= 4 and <= 31 ? BcryptCost : DefaultBcryptCost;

    /// <summary>Characters that a new password needs. 0 to 72, default 0.</summary>
    public int PasswordMinLength { get; set; }

    /// <summary>File of the audit log, or "stderr" or "stdout"; empty (default) for none.</summary>
    public string AuditLog { get; set; } = "";

    /// <summary>When the file of the audit log is rotated, in the form of log-rotation-config-json.</summary>
    public string AuditLogRotation { get; set; } = LogRotation.DefaultJson;

    /// <summary>What is taken for a cost outside of the range.</summary>
    public const int DefaultBcryptCost = 10;
}
