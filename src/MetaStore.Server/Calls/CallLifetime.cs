using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// Cancellation of a call: when its client disconnects or its deadline passes. Tokens and timers are created on first use, so that a method that
/// does not need them pays nothing. Belongs to one call and is reused with it.
/// </summary>
internal sealed class CallLifetime(IHttpRequestLifetimeFeature inner) : IHttpRequestLifetimeFeature
{
    /// <summary>Timers take at most 2^32-2 ms; a later deadline is treated as none.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private CancellationToken? _aborted;
    private CancellationTokenSource? _deadline;
    private CancellationTokenRegistration _abortRegistration;
    private bool _isArmed;
    private long _arrived;

    /// <summary>Timeout set by the client; null for no limit.</summary>
    public TimeSpan? Timeout { get; private set; }

    /// <summary>True when the client has disconnected; only known once the token was created.</summary>
    public bool IsAborted => _aborted is { IsCancellationRequested: true };

    /// <summary>True when the deadline has passed; only known once the timer was started.</summary>
    public bool IsDeadlineOver => _isArmed && _deadline!.IsCancellationRequested;

    /// <inheritdoc/>
    public CancellationToken RequestAborted
    {
        get => Timeout is { } timeout ? Deadline(timeout) : Aborted;
        set => throw new NotSupportedException("the token is the connection's");
    }

    /// <summary>Read once per call: after a reset, Kestrel may return a new token that is never cancelled.</summary>
    private CancellationToken Aborted => _aborted ??= inner.RequestAborted;

    public void Begin(TimeSpan? timeout, long arrived)
    {
        Timeout = timeout;
        _arrived = arrived;
    }

    /// <inheritdoc/>
    public void Abort() => inner.Abort();

    public void End()
    {
        Timeout = null;
        _aborted = null;
        if (_isArmed)
        {
            _isArmed = false;
            _abortRegistration.Dispose();
            if (!_deadline!.TryReset())
            {
                _deadline.Dispose();
                _deadline = null;
            }
        }
    }

    private CancellationToken Deadline(TimeSpan timeout)
    {
        if (!_isArmed)
        {
            _deadline ??= new CancellationTokenSource();
            _isArmed = true;
            _abortRegistration = Aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(_arrived);
            _deadline.CancelAfter(left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer);
        }

        return _deadline!.Token;
    }
}
