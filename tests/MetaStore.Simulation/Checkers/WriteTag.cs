using MetaStore.StateMachine.Commands;

namespace MetaStore.Simulation.Checkers;

/// <summary>What tells one write from all others: the value it puts, which no other write puts.</summary>
internal static class WriteTag
{
    /// <summary>The tag, or null for a write that puts nothing.</summary>
    public static string? Of(ICommand command) => command switch
    {
        PutCommand put => AnswerText.Show(put.Value.Span),
        TxnCommand txn => OfList(txn.Success) ?? OfList(txn.Failure),
        _ => null,
    };

    private static string? OfList(IReadOnlyList<TxnOp> operations)
    {
        foreach (TxnOp operation in operations)
        {
            if (operation.Kind == TxnOpKind.Put)
            {
                // Both branches of a transaction put the same value with another ending.
                string value = AnswerText.Show(operation.Put.Value.Span);
                return value[..(value.IndexOf('/', StringComparison.Ordinal) is var end and > 0 ? end : value.Length)];
            }
        }

        return null;
    }
}
