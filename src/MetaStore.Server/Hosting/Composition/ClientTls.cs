using System.Net.Security;
using System.Security.Authentication;
using MetaStore.IO;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Listening.Tls.Certificates;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>TLS of the client addresses, of the configuration.</summary>
internal static class ClientTls
{
    /// <summary>Reads the configured pair, before anything of the member is written.</summary>
    /// <returns>Null without https addresses, and when the pair is to be made; see <see cref="OpenSelfSigned"/>.</returns>
    /// <exception cref="StartException">A file cannot be used (64).</exception>
    public static TlsPort? Open(MetaStoreOptions options, ILoggerFactory loggers) =>
        IsWanted(options.Member) && options.Tls.HasPair ? Open(options.Tls, options.Tls.CertFile, options.Tls.KeyFile, loggers) : null;

    /// <summary>Makes the pair of auto-tls, or takes the one of an earlier start.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="dataDirectory">The member's own, which it has opened.</param>
    /// <param name="loggers">Receives the lines of TLS.</param>
    /// <returns>Null without https addresses, and without auto-tls.</returns>
    /// <exception cref="StartException">The pair cannot be written (74) or used (64).</exception>
    public static TlsPort? OpenSelfSigned(MetaStoreOptions options, string dataDirectory, ILoggerFactory loggers)
    {
        if (!IsWanted(options.Member) || !options.Tls.AutoTls)
        {
            return null;
        }

        try
        {
            string[] hosts = [.. options.Member.ListenClientUrls.Concat(options.Member.AdvertiseClientUrls).Where(url => url.SocketPath is null).Select(url => url.Host)];
            (string certificate, string key) = SelfSignedPair.Ensure(PhysicalDisk.Instance, dataDirectory, "client", hosts, options.Tls.SelfSignedValidityYears);
            return Open(options.Tls, certificate, key, loggers);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new StartException(ExitCodes.IoError, $"--auto-tls: the certificate cannot be written: {unwritable.Message}", unwritable);
        }
    }

    /// <summary>Versions of TLS, for all ports.</summary>
    public static SslProtocols Protocols(TlsOptions tls)
    {
        SslProtocols all = tls.MinVersion == TlsOptions.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
        return tls.MaxVersion == TlsOptions.Tls12 ? SslProtocols.Tls12 : all;
    }

    /// <summary>Cipher suites below TLS 1.3, for all ports; empty for the runtime's.</summary>
    public static IReadOnlyList<TlsCipherSuite> CipherSuites(TlsOptions tls) => tls.CipherSuites.Length > 0 ? CipherSuiteNames.Read(tls.CipherSuites) : [];

    private static bool IsWanted(MemberOptions member) =>
        member.ListenClientUrls.Concat(member.ListenClientHttpUrls).Concat(member.ListenMetricsUrls).Any(url => url.IsTls);

    private static TlsPort Open(TlsOptions tls, string certificate, string key, ILoggerFactory loggers)
    {
        var settings = new TlsSettings
        {
            CertificateFile = certificate,
            KeyFile = key,
            AuthoritiesFile = tls.TrustedCaFile.Length > 0 ? tls.TrustedCaFile : null,
            RevocationFile = tls.CrlFile.Length > 0 ? tls.CrlFile : null,
            CertificatesNameUsers = tls.ClientCertAuth,
            Names = new AllowedNames("client-cert", tls.AllowedHostnames, []),
            RequiresFreshLists = tls.CrlRequireFresh,
            MemberCertificateFile = tls.ClientCertFile.Length > 0 ? tls.ClientCertFile : null,
            MemberKeyFile = tls.ClientKeyFile.Length > 0 ? tls.ClientKeyFile : null,
            IsSelfSigned = !tls.HasPair,
            Protocols = Protocols(tls),
            CipherSuites = CipherSuites(tls),
        };
        try
        {
            return TlsPort.Open(settings, loggers.CreateLogger("MetaStore.Server.Listening.Tls"), TimeProvider.System);
        }
        catch (TlsFileException unusable)
        {
            throw new StartException(ExitCodes.BadConfiguration, unusable.Message, unusable);
        }
        catch (PlatformNotSupportedException without)
        {
            throw new StartException(ExitCodes.BadConfiguration, $"--cipher-suites {string.Join(',', tls.CipherSuites)}: {without.Message}", without);
        }
    }
}
