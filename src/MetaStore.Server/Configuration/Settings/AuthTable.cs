using MetaStore.Server.Configuration.Options.Auth;
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
            Range = "simple or none",
            Example = "simple",
            Assign = (o, text) =>
            {
                if (text is not (AuthOptions.Simple or AuthOptions.None))
                {
                    return text.StartsWith("jwt", StringComparison.Ordinal) ? "is refused: this version has simple tokens only" : "is neither simple nor none";
                }

                o.Auth.Token = text;
                return null;
            },
            Show = o => o.Auth.Token,
        },
        Whole("auth-token-ttl", "server.auth.token_ttl", "Seconds that a token lives after its last use, at least.", 1, 86_400,
            o => o.Auth.TokenTtlSeconds, (o, v) => o.Auth.TokenTtlSeconds = v),
        Whole("bcrypt-cost", "server.auth.bcrypt_cost", "Cost of bcrypt for new passwords; outside of 4 to 31 it is 10.", int.MinValue, int.MaxValue,
            o => o.Auth.BcryptCost, (o, v) => o.Auth.BcryptCost = (int)v),
        Whole("password-min-length", "server.auth.password_min_length", "Characters that a new password needs.", 0, 72,
            o => o.Auth.PasswordMinLength, (o, v) => o.Auth.PasswordMinLength = (int)v),
    ];
}
