using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// A check made for every call before its service method runs: capability, learner, leader and the like. For calls with
/// a single request message the message has been read by then.
/// </summary>
internal interface ICallGate
{
    /// <summary>Decides whether the call may proceed. Must be quick and must not block.</summary>
    /// <returns>OK, or the status that ends the call at once.</returns>
    Status Check(ServiceMethod method, ServerCall call);

    /// <summary>Judges who makes the call, after <see cref="Check"/>; completes at once while auth is off.</summary>
    /// <returns>OK, or the status that ends the call at once.</returns>
    ValueTask<Status> JudgeAsync(ServiceMethod method, ServerCall call) => new(Status.DefaultSuccess);
}
