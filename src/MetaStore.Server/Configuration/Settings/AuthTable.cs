using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Values;
using static MetaStore.Server.Configuration.Settings.SettingKinds;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>Settings of users, passwords and tokens.</summary>
internal static class AuthTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting
        {
            Flag = "auth-token",
            Path = "server.auth.token",
            Meaning = "Kind of the tokens that users get for their password.",
            Range = "simple, none, or jwt,sign-method=METHOD,pub-key=FILE,priv-key=FILE,ttl=5m",
            Example = "simple",
            Assign = (o, text) =>
            {
                JwtOptions? jwt = null;
                string? fault = JwtOptionText.IsJwt(text) ? JwtOptionText.Read(text, out jwt)
                    : text is AuthOptions.Simple or AuthOptions.None ? null
                    : "is none of simple, none and jwt,...";
                if (fault is null)
                {
                    (o.Auth.Token, o.Auth.Jwt) = (text, jwt);
                }

                return fault;
            },
            Show = o => o.Auth.Token,
        },
        Whole("auth-token-ttl", "server.auth.token_ttl", "Seconds that a token lives after its last use, at least.", 1, 86_400,
            o => o.Auth.TokenTtlSeconds, (o, v) => o.Auth.TokenTtlSeconds = v),
        Whole("bcrypt-cost", "server.auth.bcrypt_cost", "Cost of bcrypt for new passwords; outside of 4 to 31 it is 10.", int.MinValue, int.MaxValue,
            o => o.Auth.BcryptCost, (o, v) => o.Auth.BcryptCost = (int)v),
        Whole("password-min-length", "server.auth.password_min_length", "Characters that a new password needs.", 0, 72,
            o => o.Auth.PasswordMinLength, (o, v) => o.Auth.PasswordMinLength = (int)v),
        Text("audit-log", "server.auth.audit_log", "File of the audit log (who did what, from where, and how it ended), or stderr or stdout; empty = none.", "/var/log/metastore/audit.log",
            o => o.Auth.AuditLog, (o, v) => o.Auth.AuditLog = v),
        Text("audit-log-rotation-config-json", "server.auth.audit_log_rotation",
            "When the file of the audit log is rotated: as log-rotation-config-json.", LogRotation.DefaultJson,
            o => o.Auth.AuditLogRotation, (o, v) => o.Auth.AuditLogRotation = v),
    ];
}
