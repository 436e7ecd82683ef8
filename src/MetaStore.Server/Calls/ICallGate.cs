using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// Checks made for every call before its service method runs: capability, learner, leader and the like. For calls with
/// a single request message the message has been read by then, except for <see cref="IsOverloaded"/>.
/// </summary>
internal interface ICallGate
{
    /// <summary>Decides whether the call may proceed. Must be quick and must not block.</summary>
    /// <returns>OK, or the status that ends the call at once.</returns>
    Status Check(ServiceMethod method, ServerCall call);

    /// <summary>Whether the call is to be rejected because the member has more writes than it can take. Asked before the request is read; must be quick.</summary>
    bool IsOverloaded(ServiceMethod method, ServerCall call) => false;

    /// <summary>Judges who makes the call, after <see cref="Check"/>; completes at once while auth is off.</summary>
    /// <returns>OK, or the status that ends the call at once.</returns>
    ValueTask<Status> JudgeAsync(ServiceMethod method, ServerCall call) => new(Status.DefaultSuccess);
}
