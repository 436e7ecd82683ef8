using System.Security.Cryptography;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>ES256, ES384, ES512, each on its one curve. Signatures are r and s, one after the other (RFC 7518 section 3.4).</summary>
internal sealed class EcdsaJwtKey : JwtKey
{
    private const DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

    private readonly HashAlgorithmName _hash;
    private readonly ECDsa _key;

    // As for RSA.
    private readonly Lock _gate = new();

    /// <param name="algorithm">Name.</param>
    /// <param name="hash">SHA-2 of its size.</param>
    /// <param name="key">Becomes this object's.</param>
    /// <param name="canSign">It has its private part.</param>
    public EcdsaJwtKey(string algorithm, HashAlgorithmName hash, ECDsa key, bool canSign)
        : base(algorithm, canSign) => (_hash, _key) = (hash, key);

    /// <inheritdoc/>
    public override bool Verify(byte[] data, byte[] signature)
    {
        lock (_gate)
        {
            return _key.VerifyData(data, signature, _hash, Format);
        }
    }

    /// <inheritdoc/>
    protected override byte[] SignData(byte[] data)
    {
        lock (_gate)
        {
            return _key.SignData(data, _hash, Format);
        }
    }
}
