using System.Security.Cryptography;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>HS256, HS384, HS512: a secret that signs and verifies.</summary>
/// <param name="algorithm">Name.</param>
/// <param name="hash">SHA-2 of its size.</param>
/// <param name="secret">At least one byte; etcd takes any length.</param>
internal sealed class HmacJwtKey(string algorithm, HashAlgorithmName hash, byte[] secret) : JwtKey(algorithm, canSign: true)
{
    /// <inheritdoc/>
    public override bool Verify(byte[] data, byte[] signature) => CryptographicOperations.FixedTimeEquals(SignData(data), signature);

    /// <inheritdoc/>
    protected override byte[] SignData(byte[] data) => CryptographicOperations.HmacData(hash, secret, data);
}
