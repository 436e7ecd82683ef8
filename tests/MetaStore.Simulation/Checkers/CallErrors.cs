using Grpc.Core;
using MetaStore.Server;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Simulation.Checkers;

/// <summary>What a client concludes from the status with which its write ended.</summary>
/// <remarks>By the status alone, as a client must: code and text are all it gets. Source: docs/client.md and etcd's client.</remarks>
internal static class CallErrors
{
    /// <summary>The outcome; null for a status that no write may end with here.</summary>
    public static Outcome? OutcomeOf(ServerError error)
    {
        Status status = StatusMap.Of(error);
        return (status.StatusCode, status.Detail) switch
        {
            (StatusCode.OK, _) => Outcome.Done,
            (StatusCode.DeadlineExceeded, _) => Outcome.Unknown,
            (StatusCode.Unavailable, var text) when text.StartsWith("etcdserver: request timed out", StringComparison.Ordinal) => Outcome.Unknown,
            (_, "etcdserver: too many requests") => Outcome.Failed,
            (StatusCode.Unavailable, "etcdserver: server stopped") => Outcome.Failed,
            _ => null,
        };
    }
}
