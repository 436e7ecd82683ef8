using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// A check that every call passes before its service method runs: capability, learner, leader and the like. For calls with
/// one request message the message has been read by then.
/// </summary>
internal interface ICallGate
{
    /// <summary>Says whether the call may go on. Must be quick and must not block.</summary>
    /// <returns>OK, or the status that ends the call at once.</returns>
    Status Check(ServiceMethod method, ServerCall call);
}
