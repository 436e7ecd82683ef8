using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>One call that may be an operation of a stream: its request, and what its stream needs to end it. Safe for concurrent use; the first end counts.</summary>
/// <param name="operation">The request; the stream sets its id.</param>
/// <param name="deadline">UTC; null for none.</param>
internal abstract class GatheredCall(KvOperation operation, DateTime? deadline)
{
    /// <summary>The request.</summary>
    public KvOperation Operation { get; } = operation;

    /// <summary>UTC; null for none.</summary>
    public DateTime? Deadline { get; } = deadline;

    /// <summary>The server may have it. Guarded by the stream.</summary>
    public bool IsSent { get; set; }

    /// <summary>The call has ended.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Ends the call when its token fires. Once, before a stream sends it; a unary call observes the token itself.</summary>
    public abstract void ObserveToken();

    /// <summary>Ends the call with the server's result.</summary>
    public abstract void Finish(KvResult result);

    /// <summary>Ends the call with a failure.</summary>
    public abstract void Fail(Status status);

    /// <summary>Makes the call as a unary one. Only while it is certain that no stream has sent it.</summary>
    public abstract void SendAlone();
}
