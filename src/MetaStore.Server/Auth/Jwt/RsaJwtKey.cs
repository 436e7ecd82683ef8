using System.Security.Cryptography;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>RS256 to RS512 and PS256 to PS512.</summary>
internal sealed class RsaJwtKey : JwtKey
{
    private readonly HashAlgorithmName _hash;
    private readonly RSASignaturePadding _padding;
    private readonly RSA _key;

    // .NET does not promise that one RSA object serves two threads at once.
    private readonly Lock _gate = new();

    /// <param name="algorithm">Name.</param>
    /// <param name="hash">SHA-2 of its size.</param>
    /// <param name="padding">PKCS #1 for RS, PSS for PS, whose salt is as long as the hash.</param>
    /// <param name="key">Becomes this object's.</param>
    /// <param name="canSign">It has its private part.</param>
    public RsaJwtKey(string algorithm, HashAlgorithmName hash, RSASignaturePadding padding, RSA key, bool canSign)
        : base(algorithm, canSign) => (_hash, _padding, _key) = (hash, padding, key);

    /// <inheritdoc/>
    public override bool Verify(byte[] data, byte[] signature)
    {
        lock (_gate)
        {
            return _key.VerifyData(data, signature, _hash, _padding);
        }
    }

    /// <inheritdoc/>
    protected override byte[] SignData(byte[] data)
    {
        lock (_gate)
        {
            return _key.SignData(data, _hash, _padding);
        }
    }
}
