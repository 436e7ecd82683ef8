using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Checkers;

/// <summary>How a call ended for its caller.</summary>
internal enum Outcome
{
    /// <summary>No response, or an ambiguous error: it may take effect at any time after the call, or never.</summary>
    Unknown = 0,

    /// <summary>Successful response.</summary>
    Done = 1,

    /// <summary>An error that guarantees that it never takes effect.</summary>
    Failed = 2,
}

/// <summary>One call of a client, as the client saw it.</summary>
internal sealed class Operation
{
    public required int Client { get; init; }

    /// <summary>Its connection: to one incarnation of one node. Serializable reads never go back within one.</summary>
    public required long Session { get; init; }

    /// <summary>The write; null for a read.</summary>
    public ICommand? Command { get; init; }

    /// <summary>Who writes, in seeds with users; null for a client that may do everything.</summary>
    public AuthIdentity? Identity { get; init; }

    /// <summary>The read; meaningless for a write.</summary>
    public RangeQuery Query { get; init; }

    /// <summary>A read that any node may answer from its own state.</summary>
    public bool IsSerializable { get; init; }

    public required long Call { get; init; }

    /// <summary>When the response arrived or the call was given up; never, if neither happened.</summary>
    public long Return { get; set; } = long.MaxValue;

    public Outcome Outcome { get; set; }

    /// <summary>Revision of the response.</summary>
    public long Revision { get; set; }

    /// <summary>The response as text; see <see cref="AnswerText"/>.</summary>
    public string Answer { get; set; } = string.Empty;

    /// <summary>Called when the call has a response or is given up; null for none.</summary>
    public Action? Ended { get; set; }

    public bool IsRead => Command is null;

    public override string ToString() => $"client {Client}{(Identity is { } identity ? $" as {identity.User}@{identity.Revision}" : "")} [{Call}, {Return}] {Describe()} -> {Outcome} {Answer}";

    private string Describe() => Command switch
    {
        null => $"{(IsSerializable ? "serializable " : "")}range {AnswerText.Show(Query.Key.Span)}..{AnswerText.Show(Query.RangeEnd.Span)} at {Query.Revision}",
        PutCommand put => $"put {AnswerText.Show(put.Key.Span)}={AnswerText.Show(put.Value.Span)}{(put.Lease != 0 ? $" lease {put.Lease}" : string.Empty)}",
        DeleteRangeCommand delete => $"delete {AnswerText.Show(delete.Key.Span)}..{AnswerText.Show(delete.RangeEnd.Span)}",
        CompactCommand compact => $"compact {compact.Revision}",
        LeaseGrantCommand or LeaseRevokeCommand => WriteTag.Of(Command)!,
        TxnCommand => "txn " + WriteTag.Of(Command),
        _ => Command.ToString()!,
    };
}
