using System.Diagnostics;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Calls;

/// <summary>
/// What a service may know about its call beyond <see cref="ServerCallContext"/>; see <see cref="Of"/>. Valid until the method's task
/// completes: the object is reused for later calls. Members are for the method's own flow of control, except
/// <see cref="CancellationToken"/> and <see cref="Abort"/>.
/// </summary>
internal abstract class ServerCall
{
    private static readonly TimeSpan HoldPoll = TimeSpan.FromSeconds(1);

    private IResponseHold? _hold;

    /// <summary>Full name of the method, <c>/package.Service/Method</c>.</summary>
    public abstract string Method { get; }

    /// <summary>Remote address as <c>host:port</c>, or the name of a local origin.</summary>
    public abstract string Peer { get; }

    /// <summary>The user that the client's certificate names (<c>--client-cert-auth</c>); null when it names none, and for calls that did not come over gRPC.</summary>
    public virtual string? CommonName => null;

    /// <summary>Who makes it, as far as that was found out for an earlier operation of the same stream; null for calls of their own.</summary>
    public virtual KnownIdentity? Known => null;

    /// <summary>The token that an earlier call of the connection had; null for calls without a connection of their own.</summary>
    public virtual LastToken? LastToken => null;

    /// <summary>
    /// The user whose call it was found to be; null before, and for calls of no user. Kept for the audit log: by the end of the call auth may be off,
    /// or the token worth nothing any more, because of the call itself.
    /// </summary>
    public string? User { get; set; }

    /// <summary>Credits of the client's connection, which its proposals are charged to.</summary>
    public abstract ConnectionCredits Credits { get; }

    /// <summary>Timeout of the whole call, from its arrival; null for no limit.</summary>
    public abstract TimeSpan? Timeout { get; }

    /// <summary>Cancelled when the client resets the stream, the connection breaks or the deadline passes.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Memory per byte of a response until it is sent: the message and the bytes that wait for the socket.</summary>
    public virtual int ResponseCopies => 2;

    /// <summary>True when something is held until the response is sent.</summary>
    public bool HoldsResponse => _hold is not null;

    /// <summary>Stage times of a slow or traced call; set by the stage that waited.</summary>
    public RequestStages? Stages { get; set; }

    /// <summary>Its span; null when the call is not traced.</summary>
    public Activity? Span { get; private set; }

    /// <summary>True when a stage that ends now is to record its time.</summary>
    /// <param name="took">Time since the stages of the call began.</param>
    /// <param name="slowAfter">Calls that take longer are slow.</param>
    public bool WantsStages(TimeSpan took, TimeSpan slowAfter) => Span is not null || took > slowAfter;

    /// <summary>Begins the span of the call.</summary>
    /// <param name="span">Null when it is not traced.</param>
    public void BeginSpan(Activity? span) => Span = span;

    /// <summary>Ends the span, when there is one, with the call's status.</summary>
    public void EndSpan(StatusCode code)
    {
        if (Span is { } span)
        {
            Span = null;
            CallTags.End(span, code);
        }
    }

    /// <summary>The call of a context from Grpc.AspNetCore or from this process.</summary>
    public static ServerCall Of(ServerCallContext context) => context is LocalCallContext local
        ? local.Call
        : context.GetHttpContext().Features is CallFeatures features ? features.Call : throw new InvalidOperationException("the call did not come through the listener");

    /// <summary>The first value of a text header; null when absent.</summary>
    /// <param name="name">Lower-case name.</param>
    public abstract string? RequestHeader(string name);

    /// <summary>Counts an operation within this call as an open call of its connection; false when too many are open. Any thread.</summary>
    public virtual bool TryOpenOperation() => true;

    /// <summary>Ends an operation that was counted.</summary>
    public virtual void CloseOperation()
    {
    }

    /// <summary>The client's status for an exception of a service method.</summary>
    public virtual Status StatusOf(Exception exception) => exception switch
    {
        RpcException rpc => rpc.Status,
        OperationCanceledException => CallStatuses.Cancelled,
        _ => CallStatuses.MethodFailed,
    };

    /// <summary>Ends the call at once in any state: the client sees a reset. Any thread.</summary>
    public abstract void Abort();

    /// <summary>Holds something until the client has received the response, or the call has ended.</summary>
    public void HoldUntilSent(IResponseHold hold)
    {
        _hold?.Dispose();
        _hold = hold;
    }

    /// <summary>Waits until a response is sent and releases what was held for it; aborts the call when that takes too long.</summary>
    /// <param name="sent">Completes when the connection has accepted the response.</param>
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

    /// <summary>Waits for one of several messages without releasing what is held.</summary>
    public ValueTask WhileSendingAsync(ValueTask sent)
    {
        if (_hold is not { } hold || sent.IsCompletedSuccessfully)
        {
            return sent;
        }

        hold.OnSending();
        return new ValueTask(WatchAsync(sent.AsTask(), hold));
    }

    /// <summary>Releases what is held, if anything is.</summary>
    public void ReleaseHold()
    {
        IResponseHold? hold = _hold;
        _hold = null;
        hold?.Dispose();
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
}
