using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Background;

/// <summary>A periodic timer that logs a failing callback and continues. Ticks never overlap; one that would is skipped.</summary>
/// <remarks>An exception that leaves the callback of a plain timer ends the process.</remarks>
public sealed class SupervisedTimer : IDisposable
{
    private readonly string _name;
    private readonly TimeSpan _interval;
    private readonly Action _tick;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _running;

    /// <summary>Starts the timer; the first tick comes after one interval.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="interval">Above zero.</param>
    /// <param name="tick">Called on the thread pool.</param>
    /// <param name="logger">Receives each failure.</param>
    /// <param name="time">Creates the timer.</param>
    public SupervisedTimer(string name, TimeSpan interval, Action tick, ILogger logger, TimeProvider time)
    {
        _name = name;
        _interval = interval;
        _tick = tick;
        _logger = logger;
        _timer = time.CreateTimer(static state => ((SupervisedTimer)state!).Tick(), this, interval, interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            return;
        }

        try
        {
            _tick();
        }
        catch (Exception failure)
        {
            _logger.TurnFailed(_name, _interval.TotalSeconds, failure);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
