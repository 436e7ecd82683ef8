using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Watch;

/// <summary>Notifies streams that require a leader when there has been none for three election timeouts; streams opened later at the next check.</summary>
/// <remarks>Source: etcd's stream interceptor for <c>hasleader</c>.</remarks>
internal sealed class LeaderLossMonitor : IDisposable
{
    private const int LooksWithoutLeader = 3;

    private readonly LeadershipState _leadership;
    private readonly SupervisedTimer _timer;
    private CancellationTokenSource _lost = new();
    private int _looks;

    public LeaderLossMonitor(LeadershipState leadership, TimeSpan electionTimeout, TimeProvider time, ILogger logger)
    {
        _leadership = leadership;
        _timer = new SupervisedTimer("loss of the leader", electionTimeout, Look, logger, time);
    }

    /// <summary>Cancelled with the next loss.</summary>
    public CancellationToken Lost => Volatile.Read(ref _lost).Token;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        _looks = _leadership.Leader == 0 ? _looks + 1 : 0;
        if (_looks >= LooksWithoutLeader)
        {
            Interlocked.Exchange(ref _lost, new CancellationTokenSource()).Cancel();
        }
    }
}
