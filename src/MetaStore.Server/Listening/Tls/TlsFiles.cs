using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Revocation;

namespace MetaStore.Server.Listening.Tls;

/// <summary>The files that TLS of a port is made of, read again when they change: pair, pair for calls to others, authorities with revocation lists.</summary>
/// <remarks><see cref="Poll()"/> belongs to one timer; the rest may be called by any thread.</remarks>
internal sealed class TlsFiles
{
    /// <summary>Contents count when they were the same twice, so a change is in force after at most two of these and the reading itself.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly TlsSettings _settings;
    private readonly TlsLog _log;
    private readonly TimeProvider _time;
    private readonly ReloadedFiles<TlsPair>? _pair;
    private readonly ReloadedFiles<TlsPair>? _memberPair;
    private readonly ReloadedFiles<CertificateTrust>? _trust;
    private bool _saidStale;

    /// <summary>Reads the files.</summary>
    /// <param name="settings">Paths.</param>
    /// <param name="log">Gets a line for each change.</param>
    /// <param name="time">For the age of lists.</param>
    /// <exception cref="TlsFileException">A certificate, a key or the authorities cannot be used. Lists may be missing.</exception>
    public TlsFiles(TlsSettings settings, TlsLog log, TimeProvider time)
    {
        _settings = settings;
        _log = log;
        _time = time;
        _pair = PairOf(settings.CertificateFile, settings.KeyFile);
        _memberPair = PairOf(settings.MemberCertificateFile, settings.MemberKeyFile);
        _trust = settings.AuthoritiesFile is { } authorities ? TrustOf(authorities, settings.RevocationFile) : null;
        _pair?.Load();
        _memberPair?.Load();
        _trust?.Load();
        WarnOfStaleLists();
    }

    /// <summary>The port's pair; null when there is none.</summary>
    public TlsPair? Pair => _pair?.Current;

    /// <summary>What is shown to others; null when nothing is.</summary>
    public TlsPair? Shown => _memberPair?.Current ?? Pair;

    /// <summary>Authorities and lists; null when certificates of others are not verified by own authorities.</summary>
    public CertificateTrust? Trust => _trust?.Current;

    /// <summary>Times that changed files could not be used.</summary>
    public long ReloadFailures => (_pair?.Failures ?? 0) + (_memberPair?.Failures ?? 0) + (_trust?.Failures ?? 0);

    /// <summary>True while a revocation list is past its next update, or lists are configured and none could be read.</summary>
    public bool IsRevocationStale => Trust is { } trust && (trust.ListsAreMissing || trust.Lists?.IsAnyStale(_time.GetUtcNow()) == true);

    /// <summary>Looks at the files, and takes new contents.</summary>
    /// <returns>Which are others now.</returns>
    public (bool IsPairNew, bool IsTrustNew) Poll()
    {
        var isPairNew = Poll(_pair, "certificate and key");
        isPairNew |= Poll(_memberPair, "certificate and key for other members");
        var isTrustNew = Poll(_trust, "authorities and revocation lists");
        WarnOfStaleLists();
        return (isPairNew, isTrustNew);
    }

    private static ReloadedFiles<TlsPair>? PairOf(string? certificate, string? key) => certificate is null || key is null
        ? null
        : new([certificate, key], files => CertificateFiles.Pair(certificate, files[0], key, files[1]));

    private ReloadedFiles<CertificateTrust> TrustOf(string authorities, string? lists) => lists is null
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

    private void WarnOfStaleLists()
    {
        var isStale = Trust?.Lists?.IsAnyStale(_time.GetUtcNow()) == true;
        if (isStale && !_saidStale)
        {
            _log.ListsStale(_settings.RevocationFile!, _settings.RequiresFreshLists ? "The certificates of its authority are refused." : "It goes on being enforced.");
        }

        _saidStale = isStale;
    }
}
