using MetaStore.Server.Configuration.Options.Auth;

namespace MetaStore.Server.Configuration.Values;

/// <summary>Reads the value of <c>--auth-token</c> for JWT: <c>jwt,sign-method=RS256,pub-key=FILE,priv-key=FILE,ttl=5m</c>. Source: etcd.</summary>
internal static class JwtOptionText
{
    private const string Kind = "jwt";
    private const string SignMethod = "sign-method";
    private const string PublicKey = "pub-key";
    private const string PrivateKey = "priv-key";
    private const string Ttl = "ttl";

    /// <summary>True for values of this kind, right or wrong.</summary>
    public static bool IsJwt(string text) => text.Split(',')[0] == Kind;

    /// <summary>Reads a value.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(string text, out JwtOptions? options)
    {
        options = null;
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in text.Split(',').Skip(1))
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2)
            {
                return $"has the part {part}, which is not name=value";
            }

            if (!given.TryAdd(pair[0], pair[1]))
            {
                return $"has {pair[0]} twice";
            }
        }

        string method = given.GetValueOrDefault(SignMethod, "");
        if (!JwtOptions.SignMethods.Contains(method, StringComparer.Ordinal))
        {
            return $"needs {SignMethod}, one of {string.Join(", ", JwtOptions.SignMethods)}";
        }

        var ttl = TimeSpan.FromMinutes(5);
        if (given.TryGetValue(Ttl, out string? life) && life.Length > 0 && (!Durations.TryParse(life, bareUnit: null, out ttl) || ttl < TimeSpan.FromSeconds(1)))
        {
            return $"has the {Ttl} {life}, which is not a duration of at least 1s such as 5m";
        }

        options = new JwtOptions
        {
            SignMethod = method,
            PublicKeyFile = given.GetValueOrDefault(PublicKey, ""),
            PrivateKeyFile = given.GetValueOrDefault(PrivateKey, ""),
            Ttl = ttl,
            Unknown = [.. given.Keys.Where(name => name is not (SignMethod or PublicKey or PrivateKey or Ttl))],
        };
        bool isSecret = method.StartsWith("HS", StringComparison.Ordinal);
        return isSecret && options.PrivateKeyFile.Length == 0 ? $"needs {PrivateKey}, the file of the secret of {method}"
            : options.PrivateKeyFile.Length + options.PublicKeyFile.Length == 0 ? $"needs {PrivateKey}, or {PublicKey} to verify only"
            : null;
    }
}
