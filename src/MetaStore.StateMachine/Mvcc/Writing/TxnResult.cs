namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>Result of a transaction.</summary>
public sealed class TxnResult
{
    /// <summary>All compares held, so the success list was taken.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>One for each operation of the list taken, in order.</summary>
    public required IReadOnlyList<TxnOpResult> Responses { get; init; }
}
