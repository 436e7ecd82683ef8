namespace MetaStore.Server.Configuration.Options.Auth;

/// <summary>Tokens that prove themselves by a signature; the options of <c>--auth-token jwt,...</c>.</summary>
public sealed class JwtOptions
{
    /// <summary>Values of <see cref="SignMethod"/>.</summary>
    public static IReadOnlyList<string> SignMethods { get; } =
    [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512",
    ];

    /// <summary>The one algorithm that tokens are signed with and may have.</summary>
    public required string SignMethod { get; init; }

    /// <summary>PEM file of the public key or of a certificate; empty for none. Alone it only verifies.</summary>
    public string PublicKeyFile { get; init; } = "";

    /// <summary>PEM file of the private key; for HS the secret itself. Empty for none.</summary>
    public string PrivateKeyFile { get; init; } = "";

    /// <summary>Life of a token from its issue, use does not prolong it. Default 5 min.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Names among the options that mean nothing.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
