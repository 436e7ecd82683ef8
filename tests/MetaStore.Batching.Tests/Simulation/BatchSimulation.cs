using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>The real batcher with simulated callers and a simulated log; measures intervals of simulated time.</summary>
internal sealed class BatchSimulation : IDisposable
{
    private readonly SimulatedClock _clock = new();
    private readonly SimulatedLog _log;
    private readonly ProposalBatcher _batcher;
    private TimeSpan _seenAt;
    private long _proposals;
    private long _entries;

    public BatchSimulation(BatchSettings settings)
    {
        _log = new SimulatedLog(_clock);
        _batcher = new ProposalBatcher(1, settings, _log.TryPropose, _clock, new SimulatedWork(_clock), firstId: 1);
        Callers = new ClosedLoopCallers(_clock, _batcher, _log);
    }

    public ClosedLoopCallers Callers { get; }

    public TimeSpan Now => _clock.Now;

    /// <summary>Runs for this long and returns the measurements.</summary>
    public BatchSight Run(TimeSpan time)
    {
        _clock.RunUntil(_clock.Now + time);
        BatchStats stats = _batcher.Statistics;
        Callers.Latencies.Sort();
        double seconds = (_clock.Now - _seenAt).TotalSeconds;
        BatchSight sight = new(
            _clock.Now, Callers.Active, stats.CurrentLoad, stats.CurrentBatchSize, stats.CurrentTimeout,
            (_log.Proposals - _proposals) / seconds,
            _log.Entries == _entries ? 0 : (double)(_log.Proposals - _proposals) / (_log.Entries - _entries),
            Quantile(0.5), Quantile(0.99), stats.Flushes);
        _seenAt = _clock.Now;
        _proposals = _log.Proposals;
        _entries = _log.Entries;
        Callers.Latencies.Clear();
        return sight;
    }

    public void Dispose() => _batcher.Dispose();

    private TimeSpan Quantile(double quantile) =>
        Callers.Latencies.Count == 0 ? TimeSpan.Zero : Callers.Latencies[(int)(quantile * (Callers.Latencies.Count - 1))];
}
