using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Clients;
using MetaStore.Server.Listening.Tls.Handshakes;
using MetaStore.Server.Listening.Tls.Revocation;
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

    /// <summary>Contents count when they were the same twice, so a change is in force after at most two of these and the reading itself.</summary>
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(500);

    private readonly TlsSettings _settings;
    private readonly TlsLog _log;
    private readonly TimeProvider _time;
    private readonly ClientCertificateCheck _check;
    private readonly ReloadedFiles<TlsPair> _pair;
    private readonly ReloadedFiles<TlsPair>? _memberPair;
    private readonly ReloadedFiles<CertificateTrust>? _trust;
    private readonly CipherSuitesPolicy? _cipherSuites;
    private readonly SupervisedTimer _poll;
    private long _failed;
    private long _refused;
    private bool _saidStale;

    private TlsPort(TlsSettings settings, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _log = new TlsLog(logger, time);
        _check = new ClientCertificateCheck(settings.AllowedNames, settings.RequiresFreshLists, time);
        Slots = new HandshakeSlots(HandshakesMax, time);
        _pair = Pair(settings.CertificateFile, settings.KeyFile);
        _memberPair = settings.MemberCertificateFile is { } certificate ? Pair(certificate, settings.MemberKeyFile!) : null;
        _trust = settings.AuthoritiesFile is { } authorities ? Trust(authorities, settings.RevocationFile) : null;
        _cipherSuites = settings.CipherSuites.Count == 0 || OperatingSystem.IsWindows() || OperatingSystem.IsAndroid() ? null : new CipherSuitesPolicy(settings.CipherSuites);
        _pair.Load();
        _memberPair?.Load();
        _trust?.Load();
        MemberCredentials = new MemberCredentials(settings.IsSelfSigned, _memberPair?.Current ?? _pair.Current, _pair.Current, _trust?.Current);
        _log.Ready(_pair.Current.Leaf.Subject, _pair.Current.Leaf.SerialNumber, _pair.Current.Leaf.NotAfter.ToUniversalTime(), _trust is null ? "are not asked for" : "are mandatory");
        WarnOfStaleLists();
        _poll = new SupervisedTimer("reading of certificates", s_pollInterval, Poll, logger, time);
    }

    /// <summary>The handshakes in progress.</summary>
    public HandshakeSlots Slots { get; }

    /// <summary>Open connections whose client has shown a certificate.</summary>
    public ClientSessions Sessions { get; } = new();

    /// <summary>What this member shows and trusts when it calls another member's client address; another object after a change.</summary>
    public MemberCredentials MemberCredentials { get; private set; }

    /// <summary>When the port's certificate ends.</summary>
    public DateTime ValidUntil => _pair.Current.Leaf.NotAfter.ToUniversalTime();

    /// <summary>Times that changed files could not be used.</summary>
    public long ReloadFailures => _pair.Failures + (_memberPair?.Failures ?? 0) + (_trust?.Failures ?? 0);

    /// <summary>Handshakes that ended without a connection, for another reason than the client's certificate.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Client certificates refused at handshakes.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>True while a revocation list is past its next update, or lists are configured and none could be read.</summary>
    public bool IsRevocationStale => _trust?.Current is { } trust && (trust.ListsAreMissing || trust.Lists?.IsAnyStale(_time.GetUtcNow()) == true);

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
        if (_trust!.Current is var trust && trust != identity.AcceptedBy)
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

    private static ReloadedFiles<TlsPair> Pair(string certificate, string key) =>
        new([certificate, key], files => CertificateFiles.Pair(certificate, files[0], key, files[1]));

    private ReloadedFiles<CertificateTrust> Trust(string authorities, string? lists) => lists is null
        ? new([authorities], files => new CertificateTrust(CertificateFiles.Certificates(authorities, files[0])))
        : new([authorities, lists], files => TrustOf(CertificateFiles.Certificates(authorities, files[0]), lists, files[1]), fault => WithoutLists(authorities, fault));

    private static CertificateTrust TrustOf(X509Certificate2Collection authorities, string lists, byte[] file) =>
        new(authorities, RevocationLists.Read(lists, file, authorities));

    /// <summary>Lists that cannot be read yet refuse every certificate, but not the start.</summary>
    private CertificateTrust WithoutLists(string authorities, TlsFileException fault)
    {
        var trust = new CertificateTrust(CertificateFiles.Certificates(authorities, CertificateFiles.Read(authorities)), ListsAreMissing: true);
        _log.ListsMissing(fault.Message);
        return trust;
    }

    private ValueTask<SslServerAuthenticationOptions> OnHandshake(TlsHandshakeCallbackContext context)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _pair.Current.Context,
            EnabledSslProtocols = _settings.Protocols,
            CipherSuitesPolicy = _cipherSuites,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_trust?.Current is { } trust)
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
        var isPairNew = Poll(_pair, "certificate and key");
        isPairNew |= Poll(_memberPair, "certificate and key for other members");
        var isTrustNew = Poll(_trust, "authorities and revocation lists");
        if (isPairNew || isTrustNew)
        {
            MemberCredentials = new MemberCredentials(_settings.IsSelfSigned, _memberPair?.Current ?? _pair.Current, _pair.Current, _trust?.Current);
        }

        if (isTrustNew)
        {
            JudgeOpenConnections(_trust!.Current);
        }

        WarnOfStaleLists();
    }

    private bool Poll<T>(ReloadedFiles<T>? files, string what)
        where T : class
    {
        string? fault = null;
        var isNew = files?.Poll(out fault) == true;
        if (isNew)
        {
            _log.Reloaded(what);
        }

        if (fault is not null)
        {
            _log.ReloadFailed(fault);
        }

        return isNew;
    }

    private void JudgeOpenConnections(CertificateTrust trust) => Sessions.Judge(
        identity =>
        {
            var certificates = identity.Load();
            var leaf = certificates[0];
            var why = _check.WhyRefused(trust, leaf, certificates);
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }

            return why;
        },
        (connection, identity, why) =>
        {
            using var leaf = X509CertificateLoader.LoadCertificate(identity.Certificate.Span);
            _log.ClientClosed(connection.RemoteEndPoint, why, leaf.Subject, leaf.SerialNumber);
        });

    private void WarnOfStaleLists()
    {
        var isStale = _trust?.Current.Lists?.IsAnyStale(_time.GetUtcNow()) == true;
        if (isStale && !_saidStale)
        {
            _log.ListsStale(_settings.RevocationFile!, _settings.RequiresFreshLists ? "The certificates of its authority are refused." : "It goes on being enforced.");
        }

        _saidStale = isStale;
    }
}
