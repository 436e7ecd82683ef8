namespace MetaStore.Grpc.Server;

/// <summary>
/// A check that every call passes before its service method runs: capability, learner, leader and the like. For calls with
/// one request message the message has been read by then.
/// </summary>
public interface ICallGate
{
    /// <summary>Says whether the call may go on. Must be quick and must not block.</summary>
    /// <returns>OK, or the status that ends the call at once.</returns>
    Status Check(ServiceMethod method, CallContext context);
}
