using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Checkers;

/// <summary>Identifies a write: by the value it puts, which no other write puts; a lease by its ID and TTL.</summary>
/// <remarks>Clients grant no ID twice with the same TTL, and revoke a lease once.</remarks>
internal static class WriteTag
{
    /// <summary>The tag, or null for a write that puts nothing.</summary>
    public static string? Of(ICommand command) => command switch
    {
        PutCommand put => AnswerText.Show(put.Value.Span),
        LeaseGrantCommand grant => $"grant {grant.Id} for {grant.Ttl} s",
        LeaseRevokeCommand revoke => $"revoke {revoke.Id}",
        TxnCommand txn => OfList(txn.Success) ?? OfList(txn.Failure),
        _ => null,
    };

    private static string? OfList(IReadOnlyList<TxnOp> operations)
    {
        foreach (TxnOp operation in operations)
        {
            if (operation.Kind == TxnOpKind.Put)
            {
                // Both branches of a transaction put the same value with different endings.
                string value = AnswerText.Show(operation.Put.Value.Span);
                return value[..(value.IndexOf('/', StringComparison.Ordinal) is var end and > 0 ? end : value.Length)];
            }
        }

        return null;
    }
}
