using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Makes certificates and pairs of what stands in files.</summary>
internal static class CertificateFiles
{
    /// <summary>Larger files are refused: a list of revoked certificates of this size has some 400,000 entries.</summary>
    public const int BytesMax = 16 << 20;

    private const string Certificate = "CERTIFICATE";
    private const string PrivateKey = "PRIVATE KEY";

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="TlsFileException">It cannot be read or is too large.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > BytesMax)
            {
                throw new TlsFileException($"{path} is larger than {BytesMax} bytes");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TlsFileException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>All certificates of a PEM file, at least one, in order.</summary>
    /// <exception cref="TlsFileException">It holds none, or something that is none.</exception>
    public static X509Certificate2Collection Certificates(string path, byte[] file) => Named(path, () =>
    {
        var certificates = new X509Certificate2Collection();
        foreach (var block in PemText.Read(file).Where(block => block.Label == Certificate))
        {
            certificates.Add(X509CertificateLoader.LoadCertificate(block.Data));
        }

        return certificates.Count > 0 ? certificates : throw new FormatException("it holds no certificate");
    });

    /// <summary>The first certificate of a file with the private key of another, which may be the same.</summary>
    /// <exception cref="TlsFileException">One of them cannot be used, or the key is not the certificate's.</exception>
    public static TlsPair Pair(string certificatePath, byte[] certificates, string keyPath, byte[] key)
    {
        var chain = Certificates(certificatePath, certificates);
        var leaf = chain[0];
        chain.RemoveAt(0);
        var held = Named(keyPath, () => WithKey(leaf, PemText.Read(key).FirstOrDefault(block => block.Label.EndsWith(PrivateKey, StringComparison.Ordinal))));
        leaf.Dispose();
        return Named(certificatePath, () => new TlsPair(held, chain));
    }

    private static X509Certificate2 WithKey(X509Certificate2 leaf, PemBlock block)
    {
        if (block.Data is null)
        {
            throw new FormatException("it holds no private key");
        }

        if (block.IsEncrypted || block.Label == "ENCRYPTED PRIVATE KEY")
        {
            throw new FormatException("its key is encrypted; write it without a password");
        }

        try
        {
            if (leaf.GetRSAPublicKey() is { } rsa)
            {
                rsa.Dispose();
                using var own = RSA.Create();
                Import(block, own, own.ImportRSAPrivateKey);
                return leaf.CopyWithPrivateKey(own);
            }

            if (leaf.GetECDsaPublicKey() is { } ecdsa)
            {
                ecdsa.Dispose();
                using var own = ECDsa.Create();
                Import(block, own, own.ImportECPrivateKey);
                return leaf.CopyWithPrivateKey(own);
            }
        }
        catch (ArgumentException)
        {
            throw new FormatException("its key is not the one of the certificate");
        }

        throw new FormatException($"the certificate's key is of kind {leaf.PublicKey.Oid.FriendlyName ?? leaf.PublicKey.Oid.Value}; RSA and ECDSA are possible");
    }

    private delegate void KeyReader(ReadOnlySpan<byte> source, out int read);

    private static void Import(in PemBlock block, AsymmetricAlgorithm key, KeyReader ofItsKind)
    {
        if (block.Label == PrivateKey)
        {
            key.ImportPkcs8PrivateKey(block.Data, out _);
        }
        else
        {
            ofItsKind(block.Data, out _);
        }
    }

    private static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception unusable) when (unusable is FormatException or CryptographicException or PlatformNotSupportedException)
        {
            throw new TlsFileException($"{path} cannot be used: {unusable.Message}", unusable);
        }
    }
}
