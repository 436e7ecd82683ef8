using MetaStore.IO;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Peers;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>TLS and proofs between members, of the configuration.</summary>
internal sealed class PeerPort : IDisposable
{
    private const string Category = "MetaStore.Server.Listening.Tls.Peers";

    private readonly MetaStoreOptions _options;
    private readonly ILoggerFactory _loggers;

    private PeerPort(MetaStoreOptions options, ILoggerFactory loggers)
    {
        _options = options;
        _loggers = loggers;
        PeerTlsOptions peer = options.PeerTls;
        Tls = peer.HasPair ? OpenTls(peer.CertFile, peer.KeyFile) : OpenTls(null, null);
        try
        {
            Secrets = peer.SecretFile.Length > 0 ? PeerSecretFile.Open(peer.SecretFile, loggers.CreateLogger(Category), TimeProvider.System) : null;
        }
        catch
        {
            Tls.Dispose();
            throw;
        }
    }

    /// <summary>TLS to https peer URLs, and from other members when this one listens with it.</summary>
    public PeerTls Tls { get; private set; }

    /// <summary>Null without a file of secrets.</summary>
    public PeerSecretFile? Secrets { get; }

    /// <summary>For the transport.</summary>
    public PeerSecurity Security => new(Tls, _options.Member.ListenPeerUrls[0].IsTls, Secrets is null ? null : () => Secrets.Current);

    /// <summary>Reads the files, before anything of the member is written. The pair of peer-auto-tls is not there yet; see <see cref="MakePair"/>.</summary>
    /// <exception cref="StartException">A file cannot be used (64).</exception>
    public static PeerPort Open(MetaStoreOptions options, ILoggerFactory loggers)
    {
        try
        {
            return new PeerPort(options, loggers);
        }
        catch (TlsFileException unusable)
        {
            throw new StartException(ExitCodes.BadConfiguration, unusable.Message, unusable);
        }
    }

    /// <summary>With peer-auto-tls: makes the pair, or takes the one of an earlier start. Before the transport is made.</summary>
    /// <param name="dataDirectory">The member's own, which it has opened.</param>
    /// <exception cref="StartException">The pair cannot be written (74) or used (64).</exception>
    public void MakePair(string dataDirectory)
    {
        PeerTlsOptions peer = _options.PeerTls;
        if (peer.HasPair || !peer.AutoTls)
        {
            return;
        }

        try
        {
            string[] hosts = [.. _options.Member.ListenPeerUrls.Concat(_options.Cluster.AdvertisePeerUrls).Select(url => url.Host)];
            (string certificate, string key) = SelfSignedPair.Ensure(PhysicalDisk.Instance, dataDirectory, "peer", hosts, _options.Tls.SelfSignedValidityYears);
            PeerTls before = Tls;
            Tls = OpenTls(certificate, key);
            before.Dispose();
        }
        catch (TlsFileException unusable)
        {
            throw new StartException(ExitCodes.BadConfiguration, unusable.Message, unusable);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new StartException(ExitCodes.IoError, $"--peer-auto-tls: the certificate cannot be written: {unwritable.Message}", unwritable);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tls.Dispose();
        Secrets?.Dispose();
    }

    private PeerTls OpenTls(string? certificate, string? key)
    {
        PeerTlsOptions peer = _options.PeerTls;
        var settings = new TlsSettings
        {
            CertificateFile = certificate,
            KeyFile = key,
            AuthoritiesFile = peer.TrustedCaFile.Length > 0 ? peer.TrustedCaFile : null,
            RevocationFile = peer.CrlFile.Length > 0 ? peer.CrlFile : null,
            Names = new AllowedNames("peer-cert", peer.AllowedHostnames, peer.AllowedCommonNames),
            ChecksAddresses = !peer.SkipClientSanVerification,
            RequiresFreshLists = _options.Tls.CrlRequireFresh,
            MemberCertificateFile = peer.ClientCertFile.Length > 0 ? peer.ClientCertFile : null,
            MemberKeyFile = peer.ClientKeyFile.Length > 0 ? peer.ClientKeyFile : null,
            IsSelfSigned = peer is { HasPair: false, AutoTls: true },
            Protocols = ClientTls.Protocols(_options.Tls),
            CipherSuites = ClientTls.CipherSuites(_options.Tls),
        };
        try
        {
            return PeerTls.Open(settings, _loggers.CreateLogger(Category), TimeProvider.System);
        }
        catch (PlatformNotSupportedException without)
        {
            throw new StartException(ExitCodes.BadConfiguration, $"--cipher-suites {string.Join(',', _options.Tls.CipherSuites)}: {without.Message}", without);
        }
    }
}
