using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Revocation;

/// <summary>Encoded content with the signature over it.</summary>
/// <param name="Content">What is signed.</param>
/// <param name="Algorithm">Encoded AlgorithmIdentifier.</param>
/// <param name="Signature">The signature.</param>
internal sealed record SignedData(ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Algorithm, byte[] Signature)
{
    private const string RsaPss = "1.2.840.113549.1.1.10";

    private static readonly Asn1Tag HashOfPss = new(TagClass.ContextSpecific, 0);

    /// <summary>True when the key of a certificate made the signature.</summary>
    /// <exception cref="FormatException">The algorithm is not supported; SHA-1 is not.</exception>
    public bool IsSignedBy(X509Certificate2 signer)
    {
        try
        {
            var algorithm = new AsnReader(Algorithm, AsnEncodingRules.DER).ReadSequence();
            var kind = algorithm.ReadObjectIdentifier();
            return kind switch
            {
                "1.2.840.113549.1.1.11" => IsByRsa(signer, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                "1.2.840.113549.1.1.12" => IsByRsa(signer, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                "1.2.840.113549.1.1.13" => IsByRsa(signer, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
                RsaPss => IsByRsa(signer, ReadHash(algorithm), RSASignaturePadding.Pss),
                "1.2.840.10045.4.3.2" => IsByEcdsa(signer, HashAlgorithmName.SHA256),
                "1.2.840.10045.4.3.3" => IsByEcdsa(signer, HashAlgorithmName.SHA384),
                "1.2.840.10045.4.3.4" => IsByEcdsa(signer, HashAlgorithmName.SHA512),
                _ => throw new FormatException($"its signature algorithm {kind} is not supported"),
            };
        }
        catch (Exception malformed) when (malformed is AsnContentException or CryptographicException)
        {
            throw new FormatException("its signature cannot be checked: " + malformed.Message, malformed);
        }
    }

    private static HashAlgorithmName ReadHash(AsnReader algorithm)
    {
        var parameters = algorithm.ReadSequence();
        var hash = parameters.HasData && parameters.PeekTag().HasSameClassAndValue(HashOfPss)
            ? parameters.ReadSequence(HashOfPss).ReadSequence().ReadObjectIdentifier()
            : "SHA-1";
        return hash switch
        {
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            _ => throw new FormatException($"the hash {hash} of its signature is not supported"),
        };
    }

    private bool IsByRsa(X509Certificate2 signer, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using var key = signer.GetRSAPublicKey();
        return key?.VerifyData(Content.Span, Signature, hash, padding) == true;
    }

    private bool IsByEcdsa(X509Certificate2 signer, HashAlgorithmName hash)
    {
        using var key = signer.GetECDsaPublicKey();
        return key?.VerifyData(Content.Span, Signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
    }
}
