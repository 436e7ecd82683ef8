using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>One call that may be an operation of a stream: its request, and what its stream needs to end it. Safe for concurrent use; the first end counts.</summary>
/// <param name="request">Of etcdserverpb.KV. Not changed until the call is over.</param>
/// <param name="field">Field of KvOperation that the request is: <see cref="GatheredOperation.FieldOf"/>.</param>
internal abstract class GatheredCall(IMessage request, int field)
{
    /// <summary>The request.</summary>
    public IMessage Request { get; } = request;

    /// <summary>Field of KvOperation that the request is.</summary>
    public int Field { get; } = field;

    /// <summary>Encoded length of the request when it was looked at last, bytes.</summary>
    public int RequestBytes { get; set; } = request.CalculateSize();

    /// <summary>Returned with the result; the stream sets it.</summary>
    public ulong Id { get; set; }

    /// <summary>Sent with the request: time that it may take, microseconds. 0: the member's own limit.</summary>
    public long TimeoutUs { get; init; }

    /// <summary>When the call ends without a result, as a timestamp of the stream's clock.</summary>
    public long DueAt { get; init; } = long.MaxValue;

    /// <summary>The caller's span in the form of W3C Trace Context; empty for none.</summary>
    public string Traceparent { get; init; } = "";

    /// <summary>A stream waits for its result. Guarded by the stream.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The server may have it. Guarded by the stream.</summary>
    public bool IsSent { get; set; }

    /// <summary>The call has ended.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Ends the call when its token fires. Once, before a stream sends it; a unary call observes the token itself.</summary>
    public abstract void ObserveToken();

    /// <summary>Ends the call with the server's result; its caller is resumed by <see cref="Resume"/>. False when it had ended before.</summary>
    public abstract bool TryFinish(KvResult result);

    /// <summary>Ends the call with a failure, and resumes its caller by the thread pool.</summary>
    public abstract void Fail(Status status);

    /// <summary>Makes the call as a unary one. Only while it is certain that no stream has sent it.</summary>
    public abstract void SendAlone();

    /// <summary>Completes what the caller waits for, on this thread. Once, after the end.</summary>
    public abstract void Resume();
}
