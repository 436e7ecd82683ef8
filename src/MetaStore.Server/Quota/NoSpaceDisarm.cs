using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Quota;

/// <summary>Ends this member's NOSPACE alarm when there is space again (<c>--auto-disarm-nospace</c>). etcd leaves that to an operator.</summary>
/// <remarks>
/// The store must be below <see cref="Share"/> of the quota, so that a cluster whose size is at the quota does not switch back and forth. Only the alarm
/// of this member is ended: each member knows its own disk.
/// </remarks>
internal sealed class NoSpaceDisarm : IDisposable
{
    /// <summary>Fraction of the quota in use at which the alarm ends.</summary>
    public const double Share = 0.8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SpaceQuota _quota;
    private readonly ServerLog _log;
    private readonly SupervisedTimer _timer;

    /// <summary>Starts checking.</summary>
    public NoSpaceDisarm(SpaceQuota quota, ServerLog log, TimeProvider time)
    {
        _quota = quota;
        _log = log;
        _timer = new SupervisedTimer("disarm NOSPACE", Interval, Look, log.Logger, time);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_quota.Disarm(Share))
        {
            _log.NoSpaceEnds(_quota.Used, _quota.Bytes);
        }
    }
}
