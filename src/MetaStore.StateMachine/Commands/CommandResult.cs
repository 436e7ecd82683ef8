using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.StateMachine.Commands;

/// <summary>Result of one command. An error means that nothing was changed.</summary>
/// <remarks>Holds no memory of the log entry or of the engine: it may outlive both.</remarks>
public readonly struct CommandResult
{
    /// <summary>The kind of the command it answers.</summary>
    public CommandKind Kind { get; init; }

    /// <summary><see cref="ErrorCode.None"/> when it worked.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>Store revision after the command, for the response header.</summary>
    public long Revision { get; init; }

    /// <summary>Keys deleted by DeleteRange or by a lease revoke.</summary>
    public long Deleted { get; init; }

    /// <summary>Put: the pair before, if asked for and there was one. DeleteRange: the deleted pairs, if asked for. Null otherwise.</summary>
    public IReadOnlyList<KeyValue>? PrevKvs { get; init; }

    /// <summary>The command took effect, but its pairs exceeded the limit of the answer and are missing here.</summary>
    public bool AnswerDropped { get; init; }

    /// <summary>Set for a Txn that worked.</summary>
    public TxnResult? Txn { get; init; }

    /// <summary>Set for an Alarm that worked: those listed, raised or cleared.</summary>
    public IReadOnlyList<AlarmRecord>? Alarms { get; init; }

    /// <summary>True without an error.</summary>
    public bool Succeeded => Error == ErrorCode.None;
}
