namespace MetaStore.Simulation.Runs;

/// <summary>Runs many seeds on several threads, each seed on one of them, until a time, a count or a failure ends it.</summary>
/// <param name="firstSeed">First seed.</param>
/// <param name="seedsMax">Maximum number of seeds.</param>
/// <param name="timeMax">No seed is started after this.</param>
/// <param name="jobs">Threads.</param>
/// <param name="clock">Time since the start, measured as it is to be limited.</param>
internal sealed class Campaign(ulong firstSeed, long seedsMax, TimeSpan timeMax, int jobs, Func<TimeSpan> clock)
{
    private readonly Lock _gate = new();
    private readonly List<RunResult> _failures = [];
    private long _next;

    /// <summary>Which seeds are run; of the others only the number is used up.</summary>
    public Func<ulong, bool> IsWanted { get; init; } = _ => true;

    public RunStatistics Total { get; } = new();

    /// <summary>Failing seeds, lowest first.</summary>
    public IReadOnlyList<RunResult> Failures => [.. _failures.OrderBy(failure => failure.Seed)];

    /// <summary>Runs; returns when all threads are done.</summary>
    /// <param name="failuresMax">Number of failures after which no further seed is started.</param>
    public void Run(int failuresMax)
    {
        Thread[] threads = [.. Enumerable.Range(0, jobs).Select(_ => new Thread(() => Work(failuresMax)) { Name = "simulation" })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private void Work(int failuresMax)
    {
        while (clock() < timeMax)
        {
            long number = Interlocked.Increment(ref _next) - 1;
            if (number >= seedsMax)
            {
                return;
            }

            ulong seed = firstSeed + (ulong)number;
            if (!IsWanted(seed))
            {
                continue;
            }

            RunResult result = SimRun.Run(seed);
            lock (_gate)
            {
                Total.Add(result.Statistics);
                if (!result.Passed)
                {
                    _failures.Add(result);
                }

                if (_failures.Count >= failuresMax)
                {
                    return;
                }
            }
        }
    }
}
