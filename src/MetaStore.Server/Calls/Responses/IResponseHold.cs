namespace MetaStore.Server.Calls.Responses;

/// <summary>Something that a response takes until its client has taken it: memory of a budget. Disposed then, or when the call ends.</summary>
internal interface IResponseHold : IDisposable
{
    /// <summary>The client has had more than enough time and others wait: the call is to be aborted. Asked now and then while the response waits.</summary>
    bool IsOverdue { get; }

    /// <summary>The response is complete and waits for the client from now on.</summary>
    void OnSending();
}
