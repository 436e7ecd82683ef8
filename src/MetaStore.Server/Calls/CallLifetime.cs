using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// How long a call may go on: until its client is gone or its deadline has passed. Tokens and timers are made on first use: a method that never asks
/// pays nothing. Belongs to one call and is used again with it.
/// </summary>
internal sealed class CallLifetime(IHttpRequestLifetimeFeature inner) : IHttpRequestLifetimeFeature
{
    /// <summary>Timers take at most 2^32-2 ms; a deadline further away than this is as good as none.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private CancellationToken? _aborted;
    private CancellationTokenSource? _deadline;
    private CancellationTokenRegistration _abortRegistration;
    private bool _isArmed;
    private long _arrived;

    /// <summary>What the client gave the call; null for no limit.</summary>
    public TimeSpan? Timeout { get; private set; }

    /// <summary>The client is gone, as far as anybody has looked.</summary>
    public bool IsAborted => _aborted is { IsCancellationRequested: true };

    /// <summary>The deadline has passed, as far as anybody waits for it.</summary>
    public bool IsDeadlineOver => _isArmed && _deadline!.IsCancellationRequested;

    /// <inheritdoc/>
    public CancellationToken RequestAborted
    {
        get => Timeout is { } timeout ? Deadline(timeout) : Aborted;
        set => throw new NotSupportedException("the token is the connection's");
    }

    /// <summary>Taken once per call: asked again after a reset, Kestrel may hand out a fresh token that never fires.</summary>
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
