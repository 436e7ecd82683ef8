namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>Kinds of operations inside a transaction. Numbers are part of the log format.</summary>
public enum TxnOpKind : byte
{
    /// <summary>A read.</summary>
    Range = 1,

    /// <summary>A put.</summary>
    Put = 2,

    /// <summary>A delete.</summary>
    DeleteRange = 3,

    /// <summary>A nested transaction.</summary>
    Txn = 4,
}
