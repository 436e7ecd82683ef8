using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Services.Operations;

/// <summary>The result of an operation, and the call that may hold something until it is sent.</summary>
internal readonly record struct FinishedOperation(KvResult Result, ServerCall Call)
{
    /// <summary>The result is sent, or never will be: the object of a put is used for another one.</summary>
    public void Release()
    {
        Call.ReleaseHold();
        (Call as PutOperation)?.Reuse();
    }
}
