using System.Security.Cryptography.X509Certificates;
using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Fuzz.Targets;

/// <summary>Files of certificates and keys, and the subject of a certificate. The first byte says which.</summary>
internal static class CertificateTarget
{
    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] file = input[1..];
        try
        {
            switch (input[0] % 4)
            {
                case 0:
                    PemText.Read(file);
                    break;
                case 1:
                    foreach (var certificate in CertificateFiles.Certificates("file", file))
                    {
                        _ = SubjectName.CommonNameOf(certificate);
                        certificate.Dispose();
                    }

                    break;
                case 2:
                    CheckPair(CertificateFiles.Pair("file", file, "file", file));
                    break;
                default:
                    _ = SubjectName.CommonNameOf(file);
                    break;
            }
        }
        catch (Exception refused) when (refused is FormatException or TlsFileException)
        {
            return false;
        }

        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        using TestAuthority authority = TestAuthority.Create();
        TestCertificate pair = authority.Issue("CN=alice, O=example, CN=bob");
        yield return [0, .. Encoding.ASCII.GetBytes(authority.Pem)];
        yield return [1, .. Encoding.ASCII.GetBytes(pair.Pem + authority.Pem)];
        yield return [2, .. Encoding.ASCII.GetBytes(pair.Pem + pair.KeyPem)];
        yield return [2, .. Encoding.ASCII.GetBytes(pair.Pem + pair.TraditionalKeyPem)];
        yield return [3, .. pair.Certificate.SubjectName.RawData];
    }

    private static void CheckPair(TlsPair pair)
    {
        using X509Certificate2 leaf = pair.Leaf;
        if (!leaf.HasPrivateKey)
        {
            throw new InvalidOperationException("a pair has no private key");
        }
    }
}
