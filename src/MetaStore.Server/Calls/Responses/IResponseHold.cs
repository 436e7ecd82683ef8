namespace MetaStore.Server.Calls.Responses;

/// <summary>A resource held for a response, such as memory of a budget. Disposed when the client has received it, or when the call ends.</summary>
internal interface IResponseHold : IDisposable
{
    /// <summary>True when the client is too slow and others wait: the call is to be aborted. Polled while the response waits.</summary>
    bool IsOverdue { get; }

    /// <summary>The response is complete and waits for the client from now on.</summary>
    void OnSending();
}
