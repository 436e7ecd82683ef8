namespace MetaStore.IO.Turns;

/// <summary>
/// Lets a thread that brings work carry it on by itself, from component to component, as long as their own threads sleep: nothing else is in progress there, and
/// waking them one after the other would take longer than the work.
/// </summary>
/// <remarks>
/// Between <see cref="Begin"/> and <see cref="End"/> a wake-up of a sleeping component is only noted; <see cref="End"/> does the turns, in the order in which
/// they were noted, also those that they cause. What is queued for a component by other threads meanwhile is done by its own thread. Source: ADR 0051.
/// </remarks>
public static class RunToCompletion
{
    /// <summary>Turns that one thread does in a row; the rest is left to the components' own threads. A put that nothing else accompanies takes four.</summary>
    private const int TurnsMax = 8;

    [ThreadStatic]
    private static Carrier? _carrier;

    /// <summary>This thread carries on what it queues from here on. Pairs may be nested; the outermost counts.</summary>
    /// <param name="mayWaitForDisk">False when this thread has other things to do that must not wait for a disk.</param>
    public static void Begin(bool mayWaitForDisk)
    {
        Carrier carrier = _carrier ??= new Carrier();
        carrier.MayWaitForDisk = mayWaitForDisk && (carrier.Depth == 0 || carrier.MayWaitForDisk);
        carrier.Depth++;
    }

    /// <summary>Does the turns that were noted. Call it without locks and outside of what other threads wait for.</summary>
    public static void End()
    {
        Carrier carrier = _carrier!;
        if (carrier.Depth > 1)
        {
            carrier.Depth--;
            return;
        }

        // What a turn starts in the background must neither keep the caller's context nor run under it.
        bool suppresses = carrier.Noted.Count > 0 && !ExecutionContext.IsFlowSuppressed();
        AsyncFlowControl flow = suppresses ? ExecutionContext.SuppressFlow() : default;
        try
        {
            for (int turns = 0; turns < TurnsMax && carrier.Noted.TryDequeue(out TurnOwnership? next); turns++)
            {
                next.TakeTurnOrWake(carrier.MayWaitForDisk);
            }

            while (carrier.Afterwards.TryDequeue(out (Action<object> Act, object Argument) after))
            {
                after.Act(after.Argument);
            }
        }
        finally
        {
            carrier.Depth = 0;

            // Empty unless a turn has thrown: then what was left for later must not be done together with what this thread carries on next.
            carrier.Afterwards.Clear();
            while (carrier.Noted.TryDequeue(out TurnOwnership? left))
            {
                left.WakeOwner();
            }

            if (suppresses)
            {
                flow.Undo();
            }
        }
    }

    /// <summary>Does something after the turns that this thread has noted, if there are any: work that no caller waits for.</summary>
    /// <param name="act">Must not throw.</param>
    /// <param name="argument">Its argument.</param>
    /// <returns>False when there are none: the caller does it at once.</returns>
    public static bool TryAfterwards(Action<object> act, object argument)
    {
        if (_carrier is not { Depth: > 0, Noted.Count: > 0 } carrier)
        {
            return false;
        }

        carrier.Afterwards.Enqueue((act, argument));
        return true;
    }

    /// <summary>Notes a component that has work.</summary>
    /// <returns>False when this thread does not carry on.</returns>
    internal static bool TryNote(TurnOwnership component)
    {
        if (_carrier is not { Depth: > 0 } carrier)
        {
            return false;
        }

        if (!carrier.Noted.Contains(component))
        {
            carrier.Noted.Enqueue(component);
        }

        return true;
    }

    private sealed class Carrier
    {
        public Queue<TurnOwnership> Noted { get; } = new();

        public Queue<(Action<object> Act, object Argument)> Afterwards { get; } = new();

        public int Depth { get; set; }

        public bool MayWaitForDisk { get; set; }
    }
}
