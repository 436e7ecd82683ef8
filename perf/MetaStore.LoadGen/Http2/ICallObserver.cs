namespace MetaStore.LoadGen.Http2;

/// <summary>Receives the ends of calls; always on the thread that runs the connection.</summary>
internal interface ICallObserver
{
    /// <summary>A call has ended; it may be reused at once, but no call may be started from within.</summary>
    /// <param name="call">The call.</param>
    /// <param name="grpcStatus">0 is success.</param>
    /// <param name="message">Of an error, else null.</param>
    void OnCallEnded(Call call, int grpcStatus, string? message);
}
