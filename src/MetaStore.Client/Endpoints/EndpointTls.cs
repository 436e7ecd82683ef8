using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Client.Endpoints;

/// <summary>The TLS of a client's connections, with certificates and keys loaded. One for all endpoints of a client.</summary>
internal sealed class EndpointTls : IDisposable
{
    private readonly ClientTlsOptions _options;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly SslStreamCertificateContext? _shown;
    private readonly X509Certificate2Collection _own = [];

    private EndpointTls(ClientTlsOptions options)
    {
        _options = options;
        _authorities.AddRange(Authorities(options));
        if (options.Certificate is { } certificate)
        {
            _shown = SslStreamCertificateContext.Create(certificate, [], offline: true);
        }
        else if (options.CertificateFile is { } file)
        {
            var chain = Named(file, () => ReadCertificates(file));
            var leaf = Named(options.KeyFile!, () => X509Certificate2.CreateFromPem(File.ReadAllText(file), File.ReadAllText(options.KeyFile!)));
            _own.Add(leaf);
            _own.AddRange(chain);
            _shown = SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
        }
    }

    /// <summary>Loads what the options name; null for none.</summary>
    /// <exception cref="ArgumentException">A file cannot be read or used; the message names it.</exception>
    public static EndpointTls? Load(ClientTlsOptions? options) => options is null ? null : new EndpointTls(options);

    /// <summary>The name that certificates must be for; null for the endpoint's host.</summary>
    public string? ServerName => _options.ServerName;

    /// <summary>For the handler of one endpoint.</summary>
    public SslClientAuthenticationOptions Settings()
    {
        var settings = new SslClientAuthenticationOptions { ClientCertificateContext = _shown, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (_options.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // What the option asks for.
            settings.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (_authorities.Count > 0)
        {
            settings.CertificateChainPolicy = OwnTrust();
            settings.RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && chain is not null && EndsAtAnAuthority(chain));
        }

        return settings;
    }

    public void Dispose()
    {
        foreach (var certificate in _own)
        {
            certificate.Dispose();
        }
    }

    private X509ChainPolicy OwnTrust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    /// <summary>As in etcd's clients an authority need not be a root; .NET builds no further than to it, and reports that alone.</summary>
    private bool EndsAtAnAuthority(X509Chain chain) =>
        chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.PartialChain)
        && chain.ChainElements is [.., { Certificate: var last }]
        && _authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(last.RawDataMemory.Span));

    private static X509Certificate2Collection Authorities(ClientTlsOptions options) =>
        options.AuthoritiesFile is { } file ? Named(file, () => ReadCertificates(file)) : options.Authorities ?? [];

    private static X509Certificate2Collection ReadCertificates(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(File.ReadAllText(file));
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no certificate in PEM");
    }

    private static T Named<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ArgumentException($"{file}: {unusable.Message}", unusable);
        }
    }
}
