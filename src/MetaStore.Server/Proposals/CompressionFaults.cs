using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Proposals;

/// <summary>Logs batches that could not be compressed: the first at once, further ones together, at most once a minute. Any thread.</summary>
internal sealed class CompressionFaults(ServerLog log, TimeProvider time)
{
    private readonly LogInterval _lines = new(TimeSpan.FromMinutes(1), time);

    /// <summary>Records a failed batch.</summary>
    public void Add(Exception failure)
    {
        if (_lines.TryTake(out long before))
        {
            log.CompressionFailed(before + 1, failure.Message);
        }
    }
}
