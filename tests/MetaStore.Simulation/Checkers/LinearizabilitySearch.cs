using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Simulation.Checkers;

/// <summary>Checks linearizability independently of revisions: searches for an order of the calls on each key that explains the responses of a register.</summary>
/// <remarks>
/// Keys are independent, so each is searched separately; calls on more than one key, transactions and reads of old revisions are skipped. States
/// seen before with the same calls done are not searched again. Source: Wing and Gong (1993), Lowe (2017).
/// </remarks>
internal static class LinearizabilitySearch
{
    private const int StepsMax = 2_000_000;

    /// <returns>Null, or the violation; an undecided search is a violation too.</returns>
    public static string? Check(IReadOnlyList<Operation> history)
    {
        // A skipped write could explain anything on its key: such keys are not searched.
        var skipped = new HashSet<string>(StringComparer.Ordinal);
        bool wide = false;
        var byKey = new Dictionary<string, List<Step>>(StringComparer.Ordinal);
        foreach (Operation operation in history)
        {
            switch (operation.Command)
            {
                case null when operation.IsSerializable || !operation.Query.RangeEnd.IsEmpty || operation.Query.Revision > 0:
                    break;
                case null when operation.Outcome == Outcome.Done:
                    Add(byKey, operation.Query.Key.Span, operation, reads: Value(operation.Answer), writes: null);
                    break;
                case PutCommand { Lease: not 0 } leased:
                    // No call ends this lease.
                    skipped.Add(AnswerText.Show(leased.Key.Span));
                    break;
                case PutCommand put when operation.Outcome != Outcome.Failed:
                    Add(byKey, put.Key.Span, operation, reads: null, writes: AnswerText.Show(put.Value.Span));
                    break;
                case DeleteRangeCommand { RangeEnd.IsEmpty: true } delete when operation.Outcome != Outcome.Failed:
                    Add(byKey, delete.Key.Span, operation, reads: null, writes: string.Empty);
                    break;
                case DeleteRangeCommand when operation.Outcome != Outcome.Failed:
                    wide = true;
                    break;
                case TxnCommand txn when operation.Outcome != Outcome.Failed:
                    foreach (TxnOp inner in txn.Success.Concat(txn.Failure))
                    {
                        wide |= inner.Kind == TxnOpKind.DeleteRange && !inner.DeleteRange.RangeEnd.IsEmpty;
                        if (inner.Kind != TxnOpKind.Range)
                        {
                            skipped.Add(AnswerText.Show(inner.Kind == TxnOpKind.Put ? inner.Put.Key.Span : inner.DeleteRange.Key.Span));
                        }
                    }

                    break;
                default:
                    break;
            }
        }

        return wide ? null : byKey.Where(item => !skipped.Contains(item.Key)).Select(item => Search(item.Key, item.Value)).FirstOrDefault(fault => fault is not null);
    }

    private static string? Search(string key, List<Step> steps)
    {
        steps.Sort((a, b) => a.Call.CompareTo(b.Call));
        var done = new bool[steps.Count];
        var seen = new HashSet<(string Done, string State)>();
        int budget = StepsMax;
        bool? found = Extend(steps, done, string.Empty, 0, seen, ref budget);
        return found switch
        {
            true => null,
            false => $"no order explains the {steps.Count} calls on key {key}",
            null => $"undecided: the {steps.Count} calls on key {key} were too many",
        };
    }

    private static bool? Extend(List<Step> steps, bool[] done, string state, int from, HashSet<(string, string)> seen, ref int budget)
    {
        while (from < steps.Count && done[from])
        {
            from++;
        }

        // Calls without a response may not have taken effect.
        long end = long.MaxValue;
        bool left = false;
        for (int i = from; i < steps.Count; i++)
        {
            if (!done[i] && !steps[i].MayBeMissing)
            {
                left = true;
                end = Math.Min(end, steps[i].Return);
            }
        }

        if (!left)
        {
            return true;
        }

        if (!seen.Add((Key(done, from), state)))
        {
            return false;
        }

        if (budget-- == 0)
        {
            return null;
        }

        // Only calls that began before the first of the open ones returned can be next.
        for (int i = from; i < steps.Count && steps[i].Call <= end; i++)
        {
            if (done[i] || (steps[i].Reads is { } wanted && wanted != state))
            {
                continue;
            }

            done[i] = true;
            bool? found = Extend(steps, done, steps[i].Writes ?? state, from, seen, ref budget);
            done[i] = false;
            if (found != false)
            {
                return found;
            }
        }

        return false;
    }

    private static string Key(bool[] done, int from) => string.Create(done.Length - from + 1, (done, from), static (target, source) =>
    {
        target[0] = (char)source.from;
        for (int i = source.from; i < source.done.Length; i++)
        {
            target[i - source.from + 1] = source.done[i] ? '1' : '0';
        }
    });

    private static void Add(Dictionary<string, List<Step>> byKey, ReadOnlySpan<byte> key, Operation operation, string? reads, string? writes)
    {
        string name = AnswerText.Show(key);
        if (!byKey.TryGetValue(name, out List<Step>? steps))
        {
            byKey[name] = steps = [];
        }

        bool open = operation.Outcome == Outcome.Unknown;
        steps.Add(new Step(operation.Call, open ? long.MaxValue : operation.Return, reads, writes, open));
    }

    // "1: key=value@create.mod.version" or "0: ".
    private static string Value(string answer)
    {
        int from = answer.IndexOf('=', StringComparison.Ordinal) + 1;
        return from == 0 ? string.Empty : answer[from..answer.LastIndexOf('@')];
    }

    private readonly record struct Step(long Call, long Return, string? Reads, string? Writes, bool MayBeMissing);
}
