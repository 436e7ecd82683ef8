using System.Formats.Asn1;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>Reads the parts of an Ed25519 key of their DER encodings. Source: RFC 8410 sections 4, 7 and 10.3.</summary>
internal static class Ed25519Parts
{
    private const string Algorithm = "1.3.101.112";

    /// <summary>The 32 bytes of a PKCS #8 key.</summary>
    /// <exception cref="AsnContentException">It is not encoded so.</exception>
    /// <exception cref="FormatException">It is another kind of key.</exception>
    public static byte[] Private(byte[] encoded)
    {
        AsnReader key = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        key.ReadInteger();
        RequireAlgorithm(key);
        return Sized(new AsnReader(key.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString());
    }

    /// <summary>The 32 bytes of a SubjectPublicKeyInfo.</summary>
    /// <exception cref="AsnContentException">It is not encoded so.</exception>
    /// <exception cref="FormatException">It is another kind of key.</exception>
    public static byte[] Public(byte[] encoded)
    {
        AsnReader key = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        RequireAlgorithm(key);
        return Sized(key.ReadBitString(out _));
    }

    private static void RequireAlgorithm(AsnReader key)
    {
        if (key.ReadSequence().ReadObjectIdentifier() != Algorithm)
        {
            throw new FormatException("the key is not an Ed25519 key");
        }
    }

    private static byte[] Sized(byte[] part) => part.Length == Ed25519JwtKey.PartBytes ? part : throw new FormatException($"the key has {part.Length} bytes");
}
