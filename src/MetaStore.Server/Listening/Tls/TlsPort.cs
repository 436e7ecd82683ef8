using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Clients;
using MetaStore.Server.Listening.Tls.Handshakes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening.Tls;

/// <summary>TLS of a member's client addresses: the files it is made of, read again when they change, and what handshakes and open connections are judged by.</summary>
/// <remarks>
/// A handshake uses what was read last. When authorities or lists change, open connections are judged again, and those whose certificate is not accepted any
/// more are closed. Any thread may call.
/// </remarks>
internal sealed class TlsPort : IDisposable
{
    /// <summary>Handshakes in progress at once, over all addresses.</summary>
    public const int HandshakesMax = 256;

    private readonly TlsSettings _settings;
    private readonly TlsLog _log;
    private readonly CertificateCheck _check;
    private readonly TlsFiles _files;
    private readonly CipherSuitesPolicy? _cipherSuites;
    private readonly SupervisedTimer _poll;
    private long _failed;
    private long _refused;

    private TlsPort(TlsSettings settings, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _log = new TlsLog(logger, time);
        _check = new CertificateCheck(settings.Names, settings.RequiresFreshLists, time);
        Slots = new HandshakeSlots(HandshakesMax, time);
        _files = new TlsFiles(settings, _log, time);
        _cipherSuites = settings.CipherSuitesPolicy();
        MemberCredentials = Credentials();
        _log.Ready("client", Pair.Leaf.Subject, Pair.Leaf.SerialNumber, ValidUntil, _files.Trust is null ? "are not asked for" : "are mandatory");
        _poll = new SupervisedTimer("reading of certificates", TlsFiles.PollInterval, Poll, logger, time);
    }

    /// <summary>The handshakes in progress.</summary>
    public HandshakeSlots Slots { get; }

    /// <summary>Open connections whose client has shown a certificate.</summary>
    public CertificateSessions<ConnectionContext> Sessions { get; } = new();

    /// <summary>What this member shows and trusts when it calls another member's client address; another object after a change.</summary>
    public MemberCredentials MemberCredentials { get; private set; }

    /// <summary>When the port's certificate ends.</summary>
    public DateTime ValidUntil => Pair.Leaf.NotAfter.ToUniversalTime();

    /// <summary>Times that changed files could not be used.</summary>
    public long ReloadFailures => _files.ReloadFailures;

    /// <summary>Handshakes that ended without a connection, for another reason than the client's certificate.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Client certificates refused at handshakes.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>True while a revocation list is past its next update, or lists are configured and none could be read.</summary>
    public bool IsRevocationStale => _files.IsRevocationStale;

    private TlsPair Pair => _files.Pair ?? throw new InvalidOperationException("a port with TLS has a certificate");

    /// <summary>Reads the files and begins to look at them.</summary>
    /// <param name="settings">Paths and rules.</param>
    /// <param name="logger">Gets the lines of <see cref="TlsLog"/>.</param>
    /// <param name="time">Clock of validity and polls.</param>
    /// <exception cref="TlsFileException">A certificate, a key or the authorities cannot be used. Lists may be missing.</exception>
    /// <exception cref="PlatformNotSupportedException">The runtime has none of the cipher suites.</exception>
    public static TlsPort Open(TlsSettings settings, ILogger logger, TimeProvider time) => new(settings, logger, time);

    /// <summary>Adds TLS to the connections of an address.</summary>
    /// <param name="listen">The address; nothing may have been added to it.</param>
    /// <param name="cleartext">Makes the pipeline of connections without TLS, which go on as the others do; null when they are refused.</param>
    /// <param name="timeout">For a handshake, first bytes included.</param>
    public void UseOn(ListenOptions listen, Func<ConnectionDelegate, ConnectionDelegate>? cleartext, TimeSpan timeout)
    {
        // Parts are made from the last to the first, so the one that follows TLS is there when the first is made.
        ConnectionDelegate? withoutTls = null;
        listen.Use(next => new TlsPortChooser(next, withoutTls, timeout, this).OnConnectionAsync);
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = OnHandshake, HandshakeTimeout = timeout });
        listen.Use(next =>
        {
            withoutTls = cleartext?.Invoke(next);
            return new TlsEntry(next, this).OnConnectionAsync;
        });
    }

    /// <summary>Keeps the connection of a client with a certificate at hand. One whose authorities or lists have changed since its handshake is judged again.</summary>
    public void Enter(ConnectionContext connection, ClientIdentity identity)
    {
        Sessions.Add(connection, identity);
        if (_files.Trust is { } trust && trust != identity.AcceptedBy)
        {
            JudgeOpenConnections(trust);
        }
    }

    /// <summary>A handshake came to nothing.</summary>
    public void OnFailed(EndPoint? remote, string why)
    {
        Interlocked.Increment(ref _failed);
        _log.HandshakeFailed(remote, why);
    }

    /// <summary>A client of an address for TLS alone began otherwise.</summary>
    public void OnCleartext(EndPoint? remote)
    {
        Interlocked.Increment(ref _failed);
        _log.Cleartext(remote);
    }

    /// <summary>A client did not begin.</summary>
    public void OnSilent(EndPoint? remote, TimeSpan timeout)
    {
        Interlocked.Increment(ref _failed);
        _log.Silent(remote, timeout.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    private MemberCredentials Credentials() => new(_settings.IsSelfSigned, _files.Shown, _files.Pair, _files.Trust);

    private ValueTask<SslServerAuthenticationOptions> OnHandshake(TlsHandshakeCallbackContext context)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Pair.Context,
            EnabledSslProtocols = _settings.Protocols,
            CipherSuitesPolicy = _cipherSuites,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_files.Trust is { } trust)
        {
            options.ClientCertificateRequired = true;

            // A session that is resumed is not judged again, and would outlive a change of lists or authorities.
            options.AllowTlsResume = false;
            options.CertificateChainPolicy = trust.ChainPolicy(KeyPurpose.ClientAuthentication);
            options.RemoteCertificateValidationCallback = (_, leaf, chain, _) => Accepts(context.Connection, trust, leaf as X509Certificate2, chain);
        }

        return ValueTask.FromResult(options);
    }

    private bool Accepts(ConnectionContext connection, CertificateTrust trust, X509Certificate2? leaf, X509Chain? chain)
    {
        var why = leaf is null || chain is null ? "the client shows none" : _check.WhyRefused(trust, leaf, chain);
        if (why is null)
        {
            connection.Features.Set(new ClientIdentity(leaf!, chain!.ChainPolicy.ExtraStore, trust, _settings.CertificatesNameUsers));
            return true;
        }

        if (connection.Features.Get<PendingHandshake>() is { } handshake)
        {
            handshake.Refusal = why;
        }

        Interlocked.Increment(ref _refused);
        _log.ClientRefused(connection.RemoteEndPoint, why, leaf?.Subject ?? "", leaf?.SerialNumber ?? "");
        return false;
    }

    private void Poll()
    {
        var (isPairNew, isTrustNew) = _files.Poll();
        if (isPairNew || isTrustNew)
        {
            MemberCredentials = Credentials();
        }

        if (isTrustNew && _files.Trust is { } trust)
        {
            JudgeOpenConnections(trust);
        }
    }

    private void JudgeOpenConnections(CertificateTrust trust) => Sessions.Judge(
        identity => identity.Judge((leaf, sent) => _check.WhyRefused(trust, leaf, sent, KeyPurpose.ClientAuthentication)),
        (connection, identity, why) =>
        {
            using var leaf = X509CertificateLoader.LoadCertificate(identity.Certificate.Span);
            _log.ClientClosed(connection.RemoteEndPoint, why, leaf.Subject, leaf.SerialNumber);
            connection.Abort(new ConnectionAbortedException($"the client's certificate is no longer accepted: {why}"));
        });
}
