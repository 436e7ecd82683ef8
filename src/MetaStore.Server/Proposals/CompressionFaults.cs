using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Proposals;

/// <summary>Logs batches that could not be compressed: the first at once, further ones together, at most once a minute. Any thread.</summary>
internal sealed class CompressionFaults(ServerLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _count;
    private DateTimeOffset _nextAt = DateTimeOffset.MinValue;

    /// <summary>Records a failed batch.</summary>
    public void Add(Exception failure)
    {
        long count;
        lock (_gate)
        {
            _count++;
            if (time.GetUtcNow() < _nextAt)
            {
                return;
            }

            (count, _count) = (_count, 0);
            _nextAt = time.GetUtcNow() + Interval;
        }

        log.CompressionFailed(count, failure.Message);
    }
}
