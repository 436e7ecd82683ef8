using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Grpc;

/// <summary>
/// What a service method knows about the call it answers. Valid until the method's task completes: the object is used
/// again for later calls, so nothing may hold it longer. Members are for the method's own flow of control, except
/// <see cref="CancellationToken"/>.
/// </summary>
public abstract class CallContext
{
    private static readonly TimeSpan HoldPoll = TimeSpan.FromSeconds(1);

    private Metadata? _responseHeaders;
    private Metadata? _responseTrailers;
    private IResponseHold? _hold;

    /// <summary>Full name of the method, <c>/package.Service/Method</c>.</summary>
    public abstract string Method { get; }

    /// <summary>Remote address as <c>host:port</c>, or a name of the local origin.</summary>
    public abstract string Peer { get; }

    /// <summary>The verified certificate of the client, when the connection has TLS and the client showed one.</summary>
    public abstract X509Certificate2? ClientCertificate { get; }

    /// <summary>What the client gave the call as a whole, counted from its arrival; null for no limit.</summary>
    public abstract TimeSpan? Timeout { get; }

    /// <summary>
    /// Fires when the client resets the stream, the connection breaks or the deadline passes. Made on first use: a method
    /// that never asks for it pays nothing.
    /// </summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>A copy of all request metadata, made on first use.</summary>
    /// <exception cref="RpcException">A <c>-bin</c> value is not base64 (Internal).</exception>
    public abstract Metadata RequestHeaders { get; }

    /// <summary>Pairs to send before the first message; ignored after that.</summary>
    public Metadata ResponseHeaders => _responseHeaders ??= new Metadata();

    /// <summary>Pairs to send with the status.</summary>
    public Metadata ResponseTrailers => _responseTrailers ??= new Metadata();

    /// <summary>The status the call will end with unless the method throws.</summary>
    public Status Status { get; private set; }

    /// <summary>Memory that a response takes for each of its bytes, until it is sent: as a message, and as what waits for the socket.</summary>
    public virtual int ResponseCopies => 2;

    /// <summary>True when something is held until the response is sent.</summary>
    public bool HoldsResponse => _hold is not null;

    /// <summary>A place for the server to keep something of its own for the time of the call.</summary>
    public object? UserState { get; set; }

    internal Metadata? ResponseHeadersOrNull => _responseHeaders;

    internal Metadata? ResponseTrailersOrNull => _responseTrailers;

    /// <summary>The first value of a text header; null when absent.</summary>
    /// <param name="name">Lower-case name.</param>
    public abstract string? RequestHeader(string name);

    /// <summary>Sends the response headers now instead of with the first message.</summary>
    public abstract ValueTask SendHeadersAsync();

    /// <summary>Ends the call at once, whatever state it is in: the client sees a reset. Any thread.</summary>
    public abstract void Abort();

    /// <summary>Keeps something until the client has taken the response, or the call has ended.</summary>
    public void HoldUntilSent(IResponseHold hold)
    {
        _hold?.Dispose();
        _hold = hold;
    }

    /// <summary>Waits until a response is sent and lets go of what was held for it; aborts the call when that takes too long.</summary>
    /// <param name="sent">Completes when the connection has taken the response.</param>
    public async ValueTask ReleaseWhenAsync(ValueTask sent)
    {
        try
        {
            await WhileSendingAsync(sent);
        }
        finally
        {
            ReleaseHold();
        }
    }

    /// <summary>The same for one message of several: what is held stays.</summary>
    public ValueTask WhileSendingAsync(ValueTask sent)
    {
        if (_hold is not { } hold || sent.IsCompletedSuccessfully)
        {
            return sent;
        }

        hold.OnSending();
        return new ValueTask(WatchAsync(sent.AsTask(), hold));
    }

    private async Task WatchAsync(Task sent, IResponseHold hold)
    {
        while (await Task.WhenAny(sent, Task.Delay(HoldPoll)) != sent)
        {
            if (hold.IsOverdue)
            {
                Abort();
                break;
            }
        }

        await sent;
    }

    /// <summary>Lets go of what is held, if anything is.</summary>
    public void ReleaseHold()
    {
        IResponseHold? hold = _hold;
        _hold = null;
        hold?.Dispose();
    }

    /// <summary>Ends the call with an error; the value the method returns is not sent. Cheap: nothing is thrown.</summary>
    public void Fail(StatusCode code, string detail) => Status = new Status(code, detail);

    /// <inheritdoc cref="Fail(StatusCode, string)"/>
    public void Fail(Status status) => Status = status;

    /// <summary>Makes the object ready for another call.</summary>
    private protected void ResetResponse()
    {
        ReleaseHold();
        _responseHeaders = null;
        _responseTrailers = null;
        Status = default;
        UserState = null;
    }
}
