using Org.BouncyCastle.Math.EC.Rfc8032;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>EdDSA over Ed25519 (RFC 8037), which .NET does not have.</summary>
/// <param name="publicKey">32 bytes.</param>
/// <param name="seed">The private part, 32 bytes; null when it is not known.</param>
internal sealed class Ed25519JwtKey(byte[] publicKey, byte[]? seed) : JwtKey(Name, canSign: seed is not null)
{
    /// <summary>Value of <c>alg</c>.</summary>
    public const string Name = "EdDSA";

    /// <summary>Bytes of either part.</summary>
    public const int PartBytes = 32;

    private const int SignatureBytes = 64;

    /// <summary>The public part of a private one.</summary>
    public static byte[] PublicOf(byte[] seed)
    {
        var made = new byte[PartBytes];
        Ed25519.GeneratePublicKey(seed, 0, made, 0);
        return made;
    }

    /// <inheritdoc/>
    public override bool Verify(byte[] data, byte[] signature) =>
        signature.Length == SignatureBytes && Ed25519.Verify(signature, 0, publicKey, 0, data, 0, data.Length);

    /// <inheritdoc/>
    protected override byte[] SignData(byte[] data)
    {
        var signature = new byte[SignatureBytes];
        Ed25519.Sign(seed!, 0, data, 0, data.Length, signature, 0);
        return signature;
    }
}
