using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Checkers;

/// <summary>Decides in nearly linear time whether a history is linearizable, using the revisions in its responses and the committed log.</summary>
/// <remarks>
/// 1 every acknowledged write is in the log once and its response is the replay's; 2 a write that definitely failed is not in the log, one with an
/// unknown outcome is at most once and not before its call; 3 what returned before a call is ordered before it; 4 a linearizable read has a
/// revision that is not older than anything finished before its call and was started before its return, and its content is the replay's; 5 a
/// serializable read's content is the replay's, and on one connection revisions never go back. Source: reliability specification, section 13.
/// </remarks>
internal static class RevisionChecker
{
    /// <returns>Null, or the violation.</returns>
    public static string? Check(IReadOnlyList<Operation> history, ReplayedLog log)
    {
        if (log.DoubledTag is { } doubled)
        {
            return $"the write of {doubled} is in the log twice";
        }

        var calls = new long[log.Writes.Count];
        var placed = new List<(Operation Operation, int? Position)>(history.Count);
        foreach (Operation operation in history)
        {
            int? position = null;
            if (!operation.IsRead && Place(operation, log, calls, out position) is { } misplaced)
            {
                return misplaced;
            }

            placed.Add((operation, position));
        }

        return CheckOrder(placed, log, calls) ?? CheckReads(history, log) ?? CheckSessions(history);
    }

    private static string? Place(Operation operation, ReplayedLog log, long[] calls, out int? position)
    {
        string? tag = WriteTag.Of(operation.Command!);
        position = tag is not null ? log.Find(tag) : null;
        switch (operation.Outcome)
        {
            case Outcome.Failed when position is not null:
                return $"took effect although it was refused: {operation}";
            case Outcome.Done:
                // Errors of the store and writes without an effect leave no trace that would show their position.
                bool leavesTrace = !operation.Answer.StartsWith("error", StringComparison.Ordinal)
                    && operation.Command is PutCommand or TxnCommand or DeleteRangeCommand or LeaseGrantCommand or LeaseRevokeCommand
                    && !operation.Answer.StartsWith("deleted 0 ", StringComparison.Ordinal);
                position ??= tag is null && leavesTrace ? log.At(operation.Revision) : null;
                if (leavesTrace && position is null)
                {
                    return $"acknowledged and lost: {operation}";
                }

                if (position is { } at && log.Writes[at].Answer != operation.Answer)
                {
                    return $"answered other than the log says ({log.Writes[at].Answer}): {operation}";
                }

                break;
            default:
                break;
        }

        if (position is { } place)
        {
            calls[place] = operation.Call;
        }

        return null;
    }

    private static string? CheckOrder(List<(Operation Operation, int? Position)> placed, ReplayedLog log, long[] calls)
    {
        // In order of time: at each call, everything that returned before must be ordered before it.
        var events = new List<(long Time, bool IsReturn, Operation Operation, int? Position)>();
        foreach ((Operation operation, int? position) in placed)
        {
            if (operation.Outcome == Outcome.Failed || operation.IsSerializable)
            {
                continue;
            }

            events.Add((operation.Call, false, operation, position));
            if (operation.Outcome == Outcome.Done)
            {
                events.Add((operation.Return, true, operation, position));
            }
        }

        events.Sort((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.IsReturn.CompareTo(b.IsReturn));
        int finishedPosition = -1;
        long finishedRevision = 0;
        var floor = new Dictionary<Operation, long>();
        foreach ((_, bool isReturn, Operation operation, int? position) in events)
        {
            if (!isReturn)
            {
                floor[operation] = finishedRevision;
                if (position is { } at && at <= finishedPosition)
                {
                    return $"stands at {at} before a write at {finishedPosition} that had returned before it was called: {operation}";
                }

                continue;
            }

            if (operation.Revision > 0 && operation.Revision < floor[operation])
            {
                return $"is of revision {operation.Revision}, but {floor[operation]} was known before it was called: {operation}";
            }

            if (log.At(operation.Revision) is { } maker && calls[maker] > operation.Return)
            {
                return $"is of a revision whose write was called later: {operation}";
            }

            finishedPosition = Math.Max(finishedPosition, position ?? -1);
            finishedRevision = Math.Max(finishedRevision, operation.Revision);
        }

        return null;
    }

    private static string? CheckReads(IReadOnlyList<Operation> history, ReplayedLog log)
    {
        foreach (Operation read in history)
        {
            if (!read.IsRead || read.Outcome != Outcome.Done || read.Answer.StartsWith("error", StringComparison.Ordinal))
            {
                continue;
            }

            if (read.Revision > log.Store.Revision)
            {
                return $"is of revision {read.Revision}, the log ends at {log.Store.Revision}: {read}";
            }

            string replayed = log.Store.Read(read.Query, read.Query.Revision > 0 ? read.Query.Revision : read.Revision);
            if (replayed != read.Answer)
            {
                return $"differs from the replay ({replayed}): {read}";
            }
        }

        return null;
    }

    private static string? CheckSessions(IReadOnlyList<Operation> history)
    {
        foreach (IGrouping<(int, long), Operation> session in history.Where(operation => operation.Outcome == Outcome.Done && operation.Revision > 0)
            .GroupBy(operation => (operation.Client, operation.Session)))
        {
            Operation? before = null;
            foreach (Operation operation in session.OrderBy(operation => operation.Call))
            {
                if (before is not null && before.Return <= operation.Call && operation.Revision < before.Revision)
                {
                    return $"goes back on one connection from revision {before.Revision}: {operation}";
                }

                before = operation;
            }
        }

        return null;
    }
}
