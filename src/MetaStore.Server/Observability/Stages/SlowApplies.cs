using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Stages;

/// <summary>Logs etcd's line "apply request took too long" for commands and reads, and counts them. Any thread.</summary>
/// <param name="logger">Receives the line.</param>
/// <param name="warnAfter">Durations above this are logged (<c>--warning-apply-duration</c>).</param>
internal sealed class SlowApplies(ILogger logger, TimeSpan warnAfter)
{
    private long _count;

    /// <summary>etcd_server_slow_apply_total.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>True when this duration is to be logged.</summary>
    public bool IsSlow(TimeSpan took) => took > warnAfter;

    /// <summary>Counts and logs one.</summary>
    /// <param name="took">The duration; <see cref="IsSlow"/>.</param>
    /// <param name="prefix">"read-only range ", "read-only txn " or empty, as in etcd.</param>
    /// <param name="request">The request, without values.</param>
    /// <param name="response">Sizes of the response.</param>
    /// <param name="error">The error, or null.</param>
    public void Add(TimeSpan took, string prefix, string request, string response, string? error = null)
    {
        Interlocked.Increment(ref _count);
        List<KeyValuePair<string, object?>> fields =
        [
            new("took", took), new("expected-duration", warnAfter), new("prefix", prefix), new("request", request), new("response", response),
        ];
        if (error is not null)
        {
            fields.Add(new("error", error));
        }

        logger.WithFields(LogLevel.Warning, new EventId(1061, nameof(SlowApplies)), "apply request took too long", fields);
    }
}
