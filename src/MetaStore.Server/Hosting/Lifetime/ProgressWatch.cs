namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Whether the raft thread and the apply loop get on, for the service manager's watchdog.</summary>
/// <remarks>The raft thread takes a turn with every tick. The apply loop may have nothing to do; with work it must finish some between two looks.</remarks>
/// <param name="raftTurns">Turns of the raft thread so far.</param>
/// <param name="tick">The longest time between two of them while it lives.</param>
/// <param name="applySteps">Pieces of work that the apply loop has finished so far.</param>
/// <param name="applyIsIdle">True while the apply loop has no work.</param>
/// <param name="time">Clock.</param>
internal sealed class ProgressWatch(Func<long> raftTurns, TimeSpan tick, Func<long> applySteps, Func<bool> applyIsIdle, TimeProvider time)
{
    private long _turns = -1;
    private long _turnedAt;
    private long _steps = -1;

    /// <summary>True when both got on since this was asked last; one thread at a time.</summary>
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
