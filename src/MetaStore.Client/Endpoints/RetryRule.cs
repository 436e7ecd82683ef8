using Grpc.Core;

namespace MetaStore.Client.Endpoints;

/// <summary>The one place that decides what happens after a failed call.</summary>
/// <remarks>
/// | failure | the call | the endpoint |
/// |---|---|---|
/// | no connection could be made | retried, whatever it is: it was not sent | left |
/// | a learner does not serve it | retried elsewhere: it was refused before it had an effect | left |
/// | Unavailable | retried when it reads or is idempotent; a write may have taken effect and fails | left |
/// | the deadline passed | fails | left: a member that does not answer would make the next call time out too |
/// | anything else | fails: it is an answer | kept |
///
/// Source: the retry contract of etcd's clients.
/// </remarks>
internal static class RetryRule
{
    private const string OfLearner = "etcdserver: rpc not supported for learner";

    /// <summary>Whether the call may be retried, at the next of the given number of endpoints.</summary>
    public static bool MayTryAgain(RpcException failure, CallKind kind, int endpoints) =>
        (failure.StatusCode == StatusCode.Unavailable && (kind != CallKind.Write || failure.IsUnreachable()))
        || (endpoints > 1 && IsOfLearner(failure));

    /// <summary>Whether later calls go to the next endpoint.</summary>
    public static bool LeavesEndpoint(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded || IsOfLearner(failure);

    private static bool IsOfLearner(RpcException failure) =>
        failure.StatusCode == StatusCode.FailedPrecondition && failure.Status.Detail == OfLearner;
}
