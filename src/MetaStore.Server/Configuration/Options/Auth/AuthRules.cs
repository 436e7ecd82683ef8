namespace MetaStore.Server.Configuration.Options.Auth;

/// <summary>What single settings of users and tokens cannot show.</summary>
internal static class AuthRules
{
    /// <summary>Checks the form of the rotation.</summary>
    public static void Check(MetaStoreOptions options, OptionsValidator.RequireRule require) => require(
        LogRotation.TryParse(options.Auth.AuditLogRotation, out _), "audit-log-rotation-config-json",
        "is not a JSON object of maxsize, maxage, maxbackups, localtime and compress", LogRotation.DefaultJson);

    /// <summary>Settings that are accepted and have no effect, a line each.</summary>
    public static IEnumerable<string> Warnings(MetaStoreOptions options)
    {
        AuthOptions auth = options.Auth;
        foreach (string name in auth.Jwt?.Unknown ?? [])
        {
            yield return $"auth-token: the option {name} of jwt is not known and ignored";
        }

        if (auth.Jwt is { PublicKeyFile.Length: > 0 } jwt && jwt.SignMethod.StartsWith("HS", StringComparison.Ordinal))
        {
            yield return $"auth-token: pub-key is ignored with {jwt.SignMethod}, whose key is the secret of priv-key";
        }
    }
}
