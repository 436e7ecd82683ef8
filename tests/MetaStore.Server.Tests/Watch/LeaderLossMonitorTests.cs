using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Watch;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Watch;

public sealed class LeaderLossMonitorTests : IDisposable
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly LeaderLossMonitor _loss;

    public LeaderLossMonitorTests() => _loss = new LeaderLossMonitor(_leadership, ElectionTimeout, _time, NullLogger.Instance);

    public void Dispose() => _loss.Dispose();

    [Fact]
    public void NoLeader_ThreeElectionTimeouts_Fires()
    {
        CancellationToken lost = _loss.Lost;
        Pass(2);
        Assert.False(lost.IsCancellationRequested);
        Pass(1);
        Assert.True(lost.IsCancellationRequested);
    }

    [Fact]
    public void StreamOpenedAfterTheLoss_IsNotifiedAtTheNextCheck()
    {
        Pass(4);
        CancellationToken lost = _loss.Lost;
        Assert.False(lost.IsCancellationRequested);
        Pass(1);
        Assert.True(lost.IsCancellationRequested);
    }

    [Fact]
    public void LeaderThatComesBack_BeginsTheCountAnew()
    {
        CancellationToken lost = _loss.Lost;
        Pass(2);
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        Pass(5);
        _leadership.Set(new SoftState(0, Role.Follower), 8);
        Pass(2);
        Assert.False(lost.IsCancellationRequested);
        Pass(1);
        Assert.True(lost.IsCancellationRequested);
    }

    [Fact]
    public void Disposed_LooksNoMore()
    {
        CancellationToken lost = _loss.Lost;
        _loss.Dispose();
        Pass(5);
        Assert.False(lost.IsCancellationRequested);
        Assert.Equal(0, _time.ArmedTimers);
    }

    private void Pass(int looks)
    {
        for (int i = 0; i < looks; i++)
        {
            _time.Advance(ElectionTimeout);
        }
    }
}
