using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Clients;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening.Tls.Peers;

/// <summary>TLS between members: certificates are checked on both ends, at the handshake and again when authorities or revocation lists change. Any thread may call.</summary>
internal sealed class PeerTls : IPeerTls, IDisposable
{
    private readonly TlsSettings _settings;
    private readonly TlsLog _log;
    private readonly CertificateCheck _check;
    private readonly TlsFiles _files;
    private readonly CipherSuitesPolicy? _cipherSuites;
    private readonly SupervisedTimer _poll;
    private volatile MemberCredentials _credentials;

    private PeerTls(TlsSettings settings, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _log = new TlsLog(logger, time);
        _check = new CertificateCheck(settings.Names, settings.RequiresFreshLists, time);
        _files = new TlsFiles(settings, _log, time);
        _cipherSuites = settings.CipherSuitesPolicy();
        _credentials = Credentials();
        if (_files.Pair?.Leaf is { } leaf)
        {
            _log.Ready("peer", leaf.Subject, leaf.SerialNumber, leaf.NotAfter.ToUniversalTime(), _files.Trust is null ? "are not asked for" : "are mandatory");
        }

        _poll = new SupervisedTimer("reading of peer certificates", TlsFiles.PollInterval, Poll, logger, time);
    }

    /// <summary>Open connections from members that have shown a certificate.</summary>
    public CertificateSessions<PeerTlsStream> Accepted { get; } = new();

    /// <summary>Open connections to members, which have all shown one.</summary>
    public CertificateSessions<PeerTlsStream> Dialled { get; } = new();

    /// <summary>When the certificate of the peer port ends; null without one.</summary>
    public DateTime? ValidUntil => _files.Pair?.Leaf.NotAfter.ToUniversalTime();

    /// <summary>Times that changed files could not be used.</summary>
    public long ReloadFailures => _files.ReloadFailures;

    /// <summary>True while a revocation list is past its next update, or lists are configured and none could be read.</summary>
    public bool IsRevocationStale => _files.IsRevocationStale;

    /// <summary>Reads the files and begins to look at them.</summary>
    /// <param name="settings">Paths and rules. Without a certificate only https URLs can be dialled.</param>
    /// <param name="logger">Gets the lines of <see cref="TlsLog"/>.</param>
    /// <param name="time">Clock of validity and polls.</param>
    /// <exception cref="TlsFileException">A certificate, a key or the authorities cannot be used. Lists may be missing.</exception>
    public static PeerTls Open(TlsSettings settings, ILogger logger, TimeProvider time) => new(settings, logger, time);

    /// <inheritdoc/>
    public PeerTlsOutcome Accept(Stream raw, IPAddress remote)
    {
        if (_files.Pair is not { } pair)
        {
            return PeerTlsOutcome.Refused("this member has no certificate for its peer port");
        }

        var trust = _files.Trust;
        string? refusal = null;
        ClientIdentity? identity = null;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = pair.Context,
            EnabledSslProtocols = _settings.Protocols,
            CipherSuitesPolicy = _cipherSuites,
            AllowRenegotiation = false,

            // A session that is resumed is not judged again, and would outlive a change of lists or authorities.
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (trust is not null)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = trust.ChainPolicy(KeyPurpose.ClientAuthentication);
            options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                (identity, refusal) = Judge(trust, certificate as X509Certificate2, chain, remote);
                return refusal is null;
            };
        }

        var stream = new PeerTlsStream(raw, Accepted);
        try
        {
            stream.AuthenticateAsServer(options);
            return Entered(stream, Accepted, identity, KeyPurpose.ClientAuthentication, pair.Leaf);
        }
        catch (Exception failed) when (IsOfHandshake(failed))
        {
            return Failed(stream, failed, refusal);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PeerTlsOutcome> DialAsync(Stream raw, string host, CancellationToken cancellationToken)
    {
        string? refusal = null;
        ClientIdentity? identity = null;
        var credentials = _credentials;
        var options = credentials.Options(why => refusal = why);
        options.TargetHost = host;
        options.EnabledSslProtocols = _settings.Protocols;
        options.CipherSuitesPolicy = _cipherSuites;
        options.AllowRenegotiation = false;
        options.AllowTlsResume = false;
        var accepts = options.RemoteCertificateValidationCallback!;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            if (!accepts(sender, certificate, chain, errors))
            {
                refusal = $"its certificate was refused: {refusal}{Named(certificate as X509Certificate2)}";
                return false;
            }

            identity = credentials.Trust is { } trust && certificate is X509Certificate2 leaf && chain is not null
                ? new ClientIdentity(leaf, chain.ChainPolicy.ExtraStore, trust, namesUser: false)
                : null;
            return true;
        };
        var stream = new PeerTlsStream(raw, Dialled);
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            return Entered(stream, Dialled, identity, KeyPurpose.ServerAuthentication, (X509Certificate2)stream.RemoteCertificate!);
        }
        catch (Exception failed) when (IsOfHandshake(failed))
        {
            return Failed(stream, failed, refusal);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    private MemberCredentials Credentials() => new(_settings.IsSelfSigned, _files.Shown, _files.Pair, _files.Trust, _settings.Names);

    private (ClientIdentity? Identity, string? Refusal) Judge(CertificateTrust trust, X509Certificate2? leaf, X509Chain? chain, IPAddress remote)
    {
        if (leaf is null || chain is null)
        {
            return (null, "it shows no certificate");
        }

        var why = _check.WhyRefused(trust, leaf, chain) ?? (_settings.ChecksAddresses ? PeerAddressCheck.WhyElsewhere(leaf, remote) : null);
        return why is null
            ? (new ClientIdentity(leaf, chain.ChainPolicy.ExtraStore, trust, namesUser: false), null)
            : (null, $"its certificate was refused: {why}{Named(leaf)}");
    }

    /// <summary>Puts a connection on the list of open ones. One whose authorities or lists have changed since its handshake is judged again.</summary>
    private PeerTlsOutcome Entered(PeerTlsStream stream, CertificateSessions<PeerTlsStream> sessions, ClientIdentity? identity, string purpose, X509Certificate2 listener)
    {
        if (identity is not null)
        {
            sessions.Add(stream, identity);
            if (_files.Trust is { } trust && trust != identity.AcceptedBy)
            {
                JudgeOpen(sessions, trust, purpose);
            }
        }

        return new PeerTlsOutcome(stream, null, SHA256.HashData(listener.RawDataMemory.Span), ProvesPeer: identity is not null);
    }

    private static PeerTlsOutcome Failed(PeerTlsStream stream, Exception failed, string? refusal)
    {
        stream.Dispose();
        return PeerTlsOutcome.Refused(refusal ?? $"the TLS handshake failed: {failed.InnerException?.Message ?? failed.Message}");
    }

    /// <summary>What the other side can cause. A socket's own errors, its deadline among them, are the caller's.</summary>
    private static bool IsOfHandshake(Exception failed) =>
        failed is AuthenticationException or IOException or CryptographicException or (InvalidOperationException and not ObjectDisposedException)
        && failed.InnerException is not (SocketException or ObjectDisposedException);

    private static string Named(X509Certificate2? leaf) => leaf is null ? "" : $" (subject {leaf.Subject}, serial {leaf.SerialNumber})";

    private void Poll()
    {
        var (isPairNew, isTrustNew) = _files.Poll();
        if (isPairNew || isTrustNew)
        {
            _credentials = Credentials();
        }

        if (isTrustNew && _files.Trust is { } trust)
        {
            JudgeOpen(Accepted, trust, KeyPurpose.ClientAuthentication);
            JudgeOpen(Dialled, trust, KeyPurpose.ServerAuthentication);
        }
    }

    private void JudgeOpen(CertificateSessions<PeerTlsStream> sessions, CertificateTrust trust, string purpose) => sessions.Judge(
        identity => identity.Judge((leaf, sent) => _check.WhyRefused(trust, leaf, sent, purpose)),
        (stream, identity, why) =>
        {
            using var leaf = X509CertificateLoader.LoadCertificate(identity.Certificate.Span);
            _log.PeerClosed(why, leaf.Subject, leaf.SerialNumber);
            stream.Abort();
        });
}
