using MetaStore.Raft.Runtime.Background;

namespace MetaStore.Server.Watch;

/// <summary>Ticks for the watchers of one stream that want progress messages; runs only once there is such a watcher.</summary>
/// <remarks>Up to a tenth is added to the interval, by chance, so that streams opened together do not tick together.</remarks>
internal sealed class ProgressTicker(WatchDispatcher dispatcher, Action tick) : IDisposable
{
    private SupervisedTimer? _timer;

    /// <summary>Starts to tick, if it does not yet. Under the room's guard, as is the tick.</summary>
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
