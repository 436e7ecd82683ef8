using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Testing.Certificates;

/// <summary>A certificate with its key, as objects and as text.</summary>
/// <param name="Certificate">With the key. Belongs to the authority that made it.</param>
public sealed record TestCertificate(X509Certificate2 Certificate)
{
    /// <summary>The certificate in PEM.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>The key in PEM, PKCS#8.</summary>
    public string KeyPem => Key(key => key.ExportPkcs8PrivateKeyPem()) + "\n";

    /// <summary>The key in PEM, PKCS#1 or SEC1.</summary>
    public string TraditionalKeyPem => Key(key => key is RSA rsa ? rsa.ExportRSAPrivateKeyPem() : ((ECDsa)key).ExportECPrivateKeyPem()) + "\n";

    /// <summary>The key in PEM, with a password.</summary>
    public string EncryptedKeyPem =>
        Key(key => key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000))) + "\n";

    private string Key(Func<AsymmetricAlgorithm, string> export)
    {
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)Certificate.GetRSAPrivateKey() ?? Certificate.GetECDsaPrivateKey()!;
        return export(key);
    }
}
