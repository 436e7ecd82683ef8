using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Diagnostics;

/// <summary>A copy of the core's state at one moment, for status calls and metrics. Allocated per call; any thread may keep it.</summary>
public sealed record RaftStatus
{
    /// <summary>This node.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>Its present role.</summary>
    public required Role Role { get; init; }

    /// <summary>Known leader of <see cref="Term"/>, or 0.</summary>
    public required ulong Leader { get; init; }

    /// <summary>Current term.</summary>
    public required ulong Term { get; init; }

    /// <summary>Vote given in <see cref="Term"/>, or 0.</summary>
    public required ulong Vote { get; init; }

    /// <summary>Commit index.</summary>
    public required ulong Commit { get; init; }

    /// <summary>Highest index reported as applied.</summary>
    public required ulong Applied { get; init; }

    /// <summary>First index still in the log.</summary>
    public required ulong FirstIndex { get; init; }

    /// <summary>Last index of the log, durable or not.</summary>
    public required ulong LastIndex { get; init; }

    /// <summary>Last index that is durable on this node.</summary>
    public required ulong PersistedIndex { get; init; }

    /// <summary>Membership in force.</summary>
    public required ConfState ConfState { get; init; }

    /// <summary>Target of a running leadership transfer, or 0.</summary>
    public required ulong Transferee { get; init; }

    /// <summary>Bytes appended by this leader and not yet committed.</summary>
    public required long UncommittedBytes { get; init; }

    /// <summary>True on a leader that has committed an entry of its own term.</summary>
    public required bool CommittedInTerm { get; init; }

    /// <summary>Members by ascending id on a leader, else empty.</summary>
    public IReadOnlyList<FollowerStatus> Followers { get; init; } = [];
}
