using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.LoadGen.Tls;

/// <summary>How servers with https endpoints are verified: by the authorities of one file, and no others.</summary>
internal static class TrustedAuthority
{
    /// <summary>Options for connections to one host.</summary>
    /// <param name="file">PEM.</param>
    /// <param name="host">Name or address that the certificate must have.</param>
    /// <exception cref="IOException">The file cannot be read or has no certificate.</exception>
    public static SslClientAuthenticationOptions Options(string file, string host)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy.CustomTrustStore.Count > 0
            ? new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy, ApplicationProtocols = [SslApplicationProtocol.Http2] }
            : throw new IOException($"{file} has no certificate");
    }
}
