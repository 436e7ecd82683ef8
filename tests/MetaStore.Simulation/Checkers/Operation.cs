using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Checkers;

/// <summary>How a call ended for its caller.</summary>
internal enum Outcome
{
    /// <summary>Not heard of, or an error that leaves it open: it may take effect at any time after the call, or never.</summary>
    Unknown = 0,

    /// <summary>Answered.</summary>
    Done = 1,

    /// <summary>Refused in a way that promises it never takes effect.</summary>
    Failed = 2,
}

/// <summary>One call of a client, as the client saw it.</summary>
internal sealed class Operation
{
    public required int Client { get; init; }

    /// <summary>Connection it was made on: one life of one node. Serializable reads never go back within one.</summary>
    public required long Session { get; init; }

    /// <summary>The write; null for a read.</summary>
    public ICommand? Command { get; init; }

    /// <summary>The read; without meaning for a write.</summary>
    public RangeQuery Query { get; init; }

    /// <summary>A read that any node may answer from what it has.</summary>
    public bool IsSerializable { get; init; }

    public required long Call { get; init; }

    /// <summary>When it was answered or given up; never, if nothing was heard.</summary>
    public long Return { get; set; } = long.MaxValue;

    public Outcome Outcome { get; set; }

    /// <summary>Revision in the answer.</summary>
    public long Revision { get; set; }

    /// <summary>The answer in words; see <see cref="AnswerText"/>.</summary>
    public string Answer { get; set; } = string.Empty;

    /// <summary>Is told when the call is answered or given up; null = nobody.</summary>
    public Action? Ended { get; set; }

    public bool IsRead => Command is null;

    public override string ToString() => $"client {Client} [{Call}, {Return}] {Describe()} -> {Outcome} {Answer}";

    private string Describe() => Command switch
    {
        null => $"{(IsSerializable ? "serializable " : "")}range {AnswerText.Show(Query.Key.Span)}..{AnswerText.Show(Query.RangeEnd.Span)} at {Query.Revision}",
        PutCommand put => $"put {AnswerText.Show(put.Key.Span)}={AnswerText.Show(put.Value.Span)}{(put.Lease != 0 ? $" lease {put.Lease}" : string.Empty)}",
        DeleteRangeCommand delete => $"delete {AnswerText.Show(delete.Key.Span)}..{AnswerText.Show(delete.RangeEnd.Span)}",
        CompactCommand compact => $"compact {compact.Revision}",
        LeaseGrantCommand or LeaseRevokeCommand => WriteTag.Of(Command)!,
        _ => "txn " + WriteTag.Of(Command),
    };
}
