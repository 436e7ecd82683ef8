namespace MetaStore.Grpc;

/// <summary>
/// Ends a call with a status (server), or reports the status a call ended with (client). On the hot path of a server
/// <see cref="CallContext.Fail(StatusCode, string)"/> does the same without the cost of a throw.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Makes an exception that carries <paramref name="status"/>.</summary>
    public RpcException(Status status, Exception? innerException = null)
        : base($"{status.Code}: {status.Detail}", innerException)
    {
        Status = status;
    }

    /// <summary>Makes an exception from a code and the text clients see.</summary>
    public RpcException(StatusCode code, string detail)
        : this(new Status(code, detail))
    {
    }

    /// <summary>The status of the call.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.Code;

    /// <summary>True when no connection could be made (client): the call certainly did not happen anywhere.</summary>
    public bool WasNeverSent => StatusCode == StatusCode.Unavailable && InnerException is { } inner && Client.TransportErrors.NothingWasSent(inner);

    /// <summary>What the server sent behind the status (client); empty otherwise.</summary>
    public Metadata Trailers { get; init; } = Metadata.Empty;
}
