using MetaStore.IO;
using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Background;

/// <summary>Background loops that run as long as the member does. A failure is logged, and the loop is restarted.</summary>
/// <remarks>
/// For work whose failure harms no data and that may be done later. A loop whose failure could lose or corrupt data ends the process
/// instead, through <see cref="IFatalHandler"/>.
/// </remarks>
public static class SupervisedLoop
{
    /// <summary>Pause after the first failure; doubled with each failure that follows soon.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. A loop that ran for longer than this restarts with <see cref="FirstPause"/>.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Runs a loop until it returns or <paramref name="stop"/> fires; after a failure, logs it, pauses and restarts the loop.
    /// </summary>
    /// <param name="name">For the log.</param>
    /// <param name="loop">Returns when its work is done or the token fires.</param>
    /// <param name="logger">Receives each failure.</param>
    /// <param name="time">Clock of the pauses.</param>
    /// <param name="stop">Ends the loop and the pauses.</param>
    /// <returns>Completes without an exception.</returns>
    public static async Task RunAsync(string name, Func<CancellationToken, Task> loop, ILogger logger, TimeProvider time, CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            long began = time.GetTimestamp();
            try
            {
                await loop(stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                pause = time.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
                logger.LoopFailed(name, pause.TotalSeconds, failure);
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }

    /// <summary>
    /// Runs a step every <paramref name="interval"/> until <paramref name="stop"/> fires; a failed step is logged, and the next
    /// one runs on time.
    /// </summary>
    /// <param name="name">For the log.</param>
    /// <param name="interval">Above zero; a step that takes longer is followed by the next one at once.</param>
    /// <param name="turn">One step.</param>
    /// <param name="logger">Receives each failure.</param>
    /// <param name="time">Clock of the steps.</param>
    /// <param name="stop">Ends the loop; also passed to a step.</param>
    /// <returns>Completes without an exception.</returns>
    public static async Task EveryAsync(
        string name, TimeSpan interval, Func<CancellationToken, Task> turn, ILogger logger, TimeProvider time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stop))
                {
                    return;
                }

                await turn(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.TurnFailed(name, interval.TotalSeconds, failure);
            }
        }
    }
}
