using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Observability.Stages;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Calls;

/// <summary>
/// What a service knows about the call it answers beyond <see cref="ServerCallContext"/>; see <see cref="Of"/>. Valid until the method's task
/// completes: the object is used again for later calls. Members are for the method's own flow of control, except
/// <see cref="CancellationToken"/> and <see cref="Abort"/>.
/// </summary>
internal abstract class ServerCall
{
    private static readonly TimeSpan HoldPoll = TimeSpan.FromSeconds(1);

    private IResponseHold? _hold;

    /// <summary>Full name of the method, <c>/package.Service/Method</c>.</summary>
    public abstract string Method { get; }

    /// <summary>Remote address as <c>host:port</c>, or a name of the local origin.</summary>
    public abstract string Peer { get; }

    /// <summary>Those of the client's connection: its proposals are counted there.</summary>
    public abstract ConnectionCredits Credits { get; }

    /// <summary>What the client gave the call as a whole, counted from its arrival; null for no limit.</summary>
    public abstract TimeSpan? Timeout { get; }

    /// <summary>Fires when the client resets the stream, the connection breaks or the deadline passes.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Memory that a response takes for each of its bytes, until it is sent: as a message, and as what waits for the socket.</summary>
    public virtual int ResponseCopies => 2;

    /// <summary>True when something is held until the response is sent.</summary>
    public bool HoldsResponse => _hold is not null;

    /// <summary>Where the call spent its time, when that was much; set by the stage that waited.</summary>
    public RequestStages? Stages { get; set; }

    /// <summary>The call that a context of Grpc.AspNetCore or of this process belongs to.</summary>
    public static ServerCall Of(ServerCallContext context) => context is LocalCallContext local
        ? local.Call
        : context.GetHttpContext().Features is CallFeatures features ? features.Call : throw new InvalidOperationException("the call did not come through the listener");

    /// <summary>The first value of a text header; null when absent.</summary>
    /// <param name="name">Lower-case name.</param>
    public abstract string? RequestHeader(string name);

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

    /// <summary>Lets go of what is held, if anything is.</summary>
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
