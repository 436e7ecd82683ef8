using System.Collections.Concurrent;
using System.Text;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.StateMachine.Auth.Tokens;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>Issues and verifies the tokens of <c>--auth-token jwt</c>. Thread-safe.</summary>
/// <remarks>
/// Key files are read again when they change; the former key verifies for one more time to live. What was verified is remembered by its digest, since
/// clients send the same token with each call.
/// </remarks>
internal sealed class JwtTokens : IDisposable
{
    private const int RememberedMax = 10_000;

    private readonly JwtOptions _options;
    private readonly ReloadedFiles<JwtKey> _files;
    private readonly TlsLog _log;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TokenDigest, Verified> _remembered = [];
    private readonly SupervisedTimer _poll;
    private volatile Keys _keys;

    private JwtTokens(JwtOptions options, ILogger logger, TimeProvider time)
    {
        _options = options;
        _log = new TlsLog(logger, time);
        _time = time;
        _files = new ReloadedFiles<JwtKey>([.. new[] { options.PublicKeyFile, options.PrivateKeyFile }.Where(path => path.Length > 0)], Read);
        _files.Load();
        _keys = new Keys(_files.Current, null, default);
        _poll = new SupervisedTimer("reading of the keys of JWT", TlsFiles.PollInterval, Poll, logger, time);
    }

    /// <summary>False with a public key alone: tokens then come from elsewhere.</summary>
    public bool CanIssue => _keys.Current.CanSign;

    /// <summary>Times that changed files could not be used.</summary>
    public long ReloadFailures => _files.Failures;

    /// <summary>Reads the keys and begins to look at their files.</summary>
    /// <param name="options">Method, files and time to live.</param>
    /// <param name="logger">Gets a line for each change, never a key.</param>
    /// <param name="time">Clock of expiry and of the polls.</param>
    /// <exception cref="TlsFileException">A file cannot be read, or the keys cannot be used.</exception>
    public static JwtTokens Open(JwtOptions options, ILogger logger, TimeProvider time) => new(options, logger, time);

    /// <summary>Issues a token.</summary>
    /// <param name="user">Whose password was right.</param>
    /// <param name="revision">Auth revision at which it was.</param>
    public string Issue(string user, ulong revision) =>
        JwtText.Write(_keys.Current, user, revision, (_time.GetUtcNow() + _options.Ttl).ToUnixTimeSeconds());

    /// <summary>What a token proves now. Whether its user and revision still count is not judged.</summary>
    public bool TryRead(string text, out JwtClaims claims)
    {
        claims = default;
        if (text.Length > JwtText.LengthMax)
        {
            return false;
        }

        DateTimeOffset now = _time.GetUtcNow();
        Keys keys = _keys;
        JwtKey? former = now < keys.FormerUntil ? keys.Former : null;
        TokenDigest digest = TokenDigest.Of(Encoding.UTF8.GetBytes(text));
        if (!_remembered.TryGetValue(digest, out Verified verified) || (verified.By != keys.Current && verified.By != former))
        {
            if (Verify(text, keys.Current, former) is not { } found)
            {
                return false;
            }

            verified = found;
            Remember(digest, found);
        }

        claims = verified.Claims;
        return claims.IsValidAt(now);
    }

    /// <summary>Looks at the files, and takes new contents.</summary>
    public void Poll()
    {
        if (_files.Poll(out string? fault))
        {
            _keys = new Keys(_files.Current, _keys.Current, _time.GetUtcNow() + _options.Ttl);
            _log.Reloaded("keys of JWT");
        }

        if (fault is not null)
        {
            _log.ReloadFailed(fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    private static Verified? Verify(string text, JwtKey current, JwtKey? former) =>
        JwtText.Read(text, current) is { } byCurrent ? new Verified(byCurrent, current)
        : former is not null && JwtText.Read(text, former) is { } byFormer ? new Verified(byFormer, former)
        : null;

    private void Remember(in TokenDigest digest, in Verified verified)
    {
        if (_remembered.Count >= RememberedMax)
        {
            _remembered.Clear();
        }

        _remembered[digest] = verified;
    }

    private JwtKey Read(IReadOnlyList<byte[]> files)
    {
        byte[]? publicFile = _options.PublicKeyFile.Length > 0 ? files[0] : null;
        return JwtKeyFiles.Read(_options.SignMethod, publicFile, _options.PrivateKeyFile.Length > 0 ? files[^1] : null);
    }

    private readonly record struct Verified(JwtClaims Claims, JwtKey By);

    /// <param name="Current">Signs and verifies.</param>
    /// <param name="Former">Verifies until <paramref name="FormerUntil"/>; null for none.</param>
    /// <param name="FormerUntil">One time to live after the change.</param>
    private sealed record Keys(JwtKey Current, JwtKey? Former, DateTimeOffset FormerUntil);
}
