namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Whether the raft thread and the apply loop make progress, for the service manager's watchdog.</summary>
/// <remarks>The raft thread iterates with every tick. The apply loop may be idle; with work it must finish some between two checks.</remarks>
/// <param name="raftTurns">Iterations of the raft thread so far.</param>
/// <param name="tick">Longest time between two of them in normal operation.</param>
/// <param name="applySteps">Work items that the apply loop has finished so far.</param>
/// <param name="applyIsIdle">True while the apply loop has no work.</param>
/// <param name="time">Clock.</param>
internal sealed class ProgressWatch(Func<long> raftTurns, TimeSpan tick, Func<long> applySteps, Func<bool> applyIsIdle, TimeProvider time)
{
    private long _turns = -1;
    private long _turnedAt;
    private long _steps = -1;

    /// <summary>True when both made progress since the last check; one thread at a time.</summary>
    public bool Look()
    {
        (long turns, long steps) = (raftTurns(), applySteps());
        if (turns != _turns)
        {
            _turnedAt = time.GetTimestamp();
        }

        bool well = time.GetElapsedTime(_turnedAt) <= 2 * tick && (steps != _steps || applyIsIdle());
        (_turns, _steps) = (turns, steps);
        return well;
    }
}
