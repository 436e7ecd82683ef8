using MetaStore.Raft.Runtime.Background;

namespace MetaStore.Server.Watch;

/// <summary>Timer for the watchers of one stream that want progress notifications; runs only once there is such a watcher.</summary>
/// <remarks>Up to a tenth is added to the interval at random, so that streams opened together do not tick together.</remarks>
internal sealed class ProgressTicker(WatchDispatcher dispatcher, Action tick) : IDisposable
{
    private SupervisedTimer? _timer;

    /// <summary>Starts the timer, if it is not running. Called under the room's lock, as is the tick.</summary>
    public void Start()
    {
        TimeSpan interval = dispatcher.Options.ProgressInterval * (1 + (dispatcher.Chance.NextDouble() / 10));
        _timer ??= new SupervisedTimer("watch progress", interval, Tick, dispatcher.Logger, dispatcher.Time);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Tick() => dispatcher.Do(
        () =>
        {
            tick();
            return true;
        },
        upToDate: true);
}
