namespace MetaStore.Server.Maintenance;

/// <summary>Keeps a number of revisions: compacts every five minutes. Source: etcd's auto-compaction-mode revision.</summary>
/// <param name="retention">Revisions that stay readable; above 0.</param>
internal sealed class RevisionRetention(long retention) : IRetentionPolicy
{
    private long _revision;
    private long _last;

    /// <inheritdoc/>
    public TimeSpan Interval => TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public void Observe(long revision, TimeSpan now) => _revision = revision;

    /// <inheritdoc/>
    public long? Due(TimeSpan now) => _revision - retention is > 0 and var revision && revision != _last ? revision : null;

    /// <inheritdoc/>
    public void Compacted(long revision, TimeSpan now) => _last = revision;

    /// <inheritdoc/>
    public override string ToString() => $"{retention} revisions are kept";
}
