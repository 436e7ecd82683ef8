using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Certificates;

/// <summary>Certificates and lists in a PEM file.</summary>
internal static class PemFile
{
    private const string CertificateLabel = "CERTIFICATE";
    private const string RevocationListLabel = "X509 CRL";

    /// <summary>Label and content of the certificates and lists, in the order of the file; keys and anything else are left out.</summary>
    /// <exception cref="UsageException">The file cannot be read, or has none.</exception>
    public static IReadOnlyList<(bool IsCertificate, byte[] Content)> Read(string path)
    {
        ReadOnlySpan<char> text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(unreadable.Message, ExitCodes.Error);
        }

        var found = new List<(bool, byte[])>();
        while (PemEncoding.TryFind(text, out var block))
        {
            var label = text[block.Label];
            if (label is CertificateLabel or RevocationListLabel)
            {
                found.Add((label is CertificateLabel, Convert.FromBase64String(text[block.Base64Data].ToString())));
            }

            text = text[block.Location.End..];
        }

        return found.Count > 0 ? found : throw new UsageException($"{path} holds neither a certificate nor a revocation list in PEM", ExitCodes.Error);
    }

    /// <summary>The first certificate of a file; the caller disposes it.</summary>
    /// <exception cref="UsageException">There is none that can be read.</exception>
    public static X509Certificate2 FirstCertificate(string path)
    {
        var (isCertificate, content) = Read(path)[0];
        try
        {
            return isCertificate ? X509CertificateLoader.LoadCertificate(content) : throw new UsageException($"{path} is a revocation list, not a certificate", ExitCodes.Error);
        }
        catch (CryptographicException damaged)
        {
            throw new UsageException($"{path}: {damaged.Message}", ExitCodes.Error);
        }
    }
}
