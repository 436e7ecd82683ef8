using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Stages;

/// <summary>etcd's line "apply request took too long", for commands and for reads, and their number. Any thread.</summary>
/// <param name="logger">Where it goes.</param>
/// <param name="warnAfter">From which time on (<c>--warning-apply-duration</c>).</param>
internal sealed class SlowApplies(ILogger logger, TimeSpan warnAfter)
{
    private long _count;

    /// <summary>etcd_server_slow_apply_total.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>True when something that took this long is to be logged.</summary>
    public bool IsSlow(TimeSpan took) => took > warnAfter;

    /// <summary>Counts and logs one.</summary>
    /// <param name="took">How long it took; <see cref="IsSlow"/>.</param>
    /// <param name="prefix">"read-only range ", "read-only txn " or nothing, as etcd.</param>
    /// <param name="request">What was asked, without values.</param>
    /// <param name="response">Sizes of what came of it.</param>
    /// <param name="error">Why nothing did, or null.</param>
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
