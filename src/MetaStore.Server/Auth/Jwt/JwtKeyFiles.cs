using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>Makes the key of a sign method of the files of <c>pub-key</c> and <c>priv-key</c>. What can be used is what etcd can use.</summary>
/// <remarks>HS takes the bytes of <c>priv-key</c> as they are, with a line end if there is one; the others take PEM. Source: etcd's jwtOptions.</remarks>
internal static class JwtKeyFiles
{
    private const int RsaBitsMin = 1024;
    private const string PrivateKey = "PRIVATE KEY";
    private const string PublicKey = "PUBLIC KEY";

    /// <summary>Makes the key.</summary>
    /// <param name="method">One of <see cref="JwtOptions.SignMethods"/>.</param>
    /// <param name="publicFile">Contents of pub-key; null when not given.</param>
    /// <param name="privateFile">Contents of priv-key; null when not given.</param>
    /// <exception cref="TlsFileException">There is no key, it is of another kind, or the two do not belong together.</exception>
    public static JwtKey Read(string method, byte[]? publicFile, byte[]? privateFile)
    {
        try
        {
            return method[..2] switch
            {
                "HS" => Hmac(method, privateFile),
                "RS" => Rsa(method, RSASignaturePadding.Pkcs1, publicFile, privateFile),
                "PS" => Rsa(method, RSASignaturePadding.Pss, publicFile, privateFile),
                "ES" => Ecdsa(method, publicFile, privateFile),
                _ => Ed25519(publicFile, privateFile),
            };
        }
        catch (Exception unusable) when (unusable is FormatException or CryptographicException or AsnContentException)
        {
            throw new TlsFileException($"the keys of auth-token jwt cannot be used for {method}: {unusable.Message}", unusable);
        }
    }

    private static HmacJwtKey Hmac(string method, byte[]? secret) =>
        secret is { Length: > 0 } ? new HmacJwtKey(method, HashOf(method), secret) : throw Missing("priv-key is not given or empty");

    private static RsaJwtKey Rsa(string method, RSASignaturePadding padding, byte[]? publicFile, byte[]? privateFile)
    {
        RSA? own = privateFile is null ? null : RsaPrivate(Block(privateFile, PrivateKey, "priv-key"));
        using RSA? other = publicFile is null ? null : RsaPublic(publicFile);
        RSA key = own ?? (other is null ? throw Missing("neither pub-key nor priv-key is given") : Copy(other));
        if (own is not null && other is not null && !own.ExportRSAPublicKey().AsSpan().SequenceEqual(other.ExportRSAPublicKey()))
        {
            throw Mismatch();
        }

        return key.KeySize >= RsaBitsMin
            ? new RsaJwtKey(method, HashOf(method), padding, key, canSign: own is not null)
            : throw new FormatException($"the RSA key has {key.KeySize} bits, and {RsaBitsMin} are the least");
    }

    private static RSA RsaPrivate(in PemBlock block)
    {
        var key = RSA.Create();
        if (block.Label == PrivateKey)
        {
            key.ImportPkcs8PrivateKey(block.Data, out _);
        }
        else
        {
            key.ImportRSAPrivateKey(block.Data, out _);
        }

        return key;
    }

    private static RSA RsaPublic(byte[] file)
    {
        PemBlock block = PublicBlock(file);
        if (CertificateOf(block) is { } certificate)
        {
            using (certificate)
            {
                return certificate.GetRSAPublicKey() ?? throw new FormatException("the certificate of pub-key has no RSA key");
            }
        }

        var key = RSA.Create();
        if (block.Label == PublicKey)
        {
            key.ImportSubjectPublicKeyInfo(block.Data, out _);
        }
        else
        {
            key.ImportRSAPublicKey(block.Data, out _);
        }

        return key;
    }

    private static RSA Copy(RSA key)
    {
        var copy = RSA.Create();
        copy.ImportParameters(key.ExportParameters(includePrivateParameters: false));
        return copy;
    }

    private static EcdsaJwtKey Ecdsa(string method, byte[]? publicFile, byte[]? privateFile)
    {
        ECDsa? own = privateFile is null ? null : EcdsaPrivate(Block(privateFile, PrivateKey, "priv-key"));
        ECDsa? other = publicFile is null ? null : EcdsaPublic(publicFile);
        ECDsa key = own ?? other ?? throw Missing("neither pub-key nor priv-key is given");
        ECCurve curve = method switch
        {
            "ES256" => ECCurve.NamedCurves.nistP256,
            "ES384" => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        };
        if (own is not null && other is not null && !own.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.ExportSubjectPublicKeyInfo()))
        {
            throw Mismatch();
        }

        // A curve that is written out in the file has no name.
        return key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true } found && found.Oid.Value == curve.Oid.Value
            ? new EcdsaJwtKey(method, HashOf(method), key, canSign: own is not null)
            : throw new FormatException($"the key is not on the curve {curve.Oid.FriendlyName}");
    }

    private static ECDsa EcdsaPrivate(in PemBlock block)
    {
        var key = ECDsa.Create();
        if (block.Label == PrivateKey)
        {
            key.ImportPkcs8PrivateKey(block.Data, out _);
        }
        else
        {
            key.ImportECPrivateKey(block.Data, out _);
        }

        return key;
    }

    private static ECDsa EcdsaPublic(byte[] file)
    {
        PemBlock block = PublicBlock(file);
        if (CertificateOf(block) is { } certificate)
        {
            using (certificate)
            {
                return certificate.GetECDsaPublicKey() ?? throw new FormatException("the certificate of pub-key has no ECDSA key");
            }
        }

        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(block.Data, out _);
        return key;
    }

    private static Ed25519JwtKey Ed25519(byte[]? publicFile, byte[]? privateFile)
    {
        byte[]? seed = privateFile is null ? null : Ed25519Parts.Private(Block(privateFile, PrivateKey, "priv-key").Data);
        byte[]? given = publicFile is null ? null : Ed25519Parts.Public(PublicBlock(publicFile).Data);
        if (seed is null)
        {
            return new Ed25519JwtKey(given ?? throw Missing("neither pub-key nor priv-key is given"), null);
        }

        byte[] made = Ed25519JwtKey.PublicOf(seed);
        return given is null || made.AsSpan().SequenceEqual(given) ? new Ed25519JwtKey(made, seed) : throw Mismatch();
    }

    private static X509Certificate2? CertificateOf(in PemBlock block) => block.Label == "CERTIFICATE" ? X509CertificateLoader.LoadCertificate(block.Data) : null;

    private static PemBlock PublicBlock(byte[] file)
    {
        PemBlock block = PemText.Read(file).FirstOrDefault();
        return block.Data is not null && !block.Label.EndsWith(PrivateKey, StringComparison.Ordinal)
            ? block
            : throw new FormatException("pub-key holds no public key and no certificate in PEM");
    }

    private static PemBlock Block(byte[] file, string label, string option)
    {
        PemBlock block = PemText.Read(file).FirstOrDefault(block => block.Label.EndsWith(label, StringComparison.Ordinal));
        return block.Data is null ? throw new FormatException($"{option} holds no private key in PEM")
            : block.IsEncrypted || block.Label == "ENCRYPTED PRIVATE KEY" ? throw new FormatException($"{option} is encrypted; write it without a password")
            : block;
    }

    private static HashAlgorithmName HashOf(string method) => method[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static FormatException Missing(string why) => new(why);

    private static FormatException Mismatch() => new("pub-key and priv-key do not belong together");
}
