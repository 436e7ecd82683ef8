using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Raft.Runtime.Reads;

/// <summary>Outcome of a ReadIndex.</summary>
public enum ReadIndexOutcome : byte
{
    /// <summary>Confirmed.</summary>
    Confirmed = 0,

    /// <summary>No leader was known until the timeout.</summary>
    NoLeader = 1,

    /// <summary>The leader changed, and the new one did not confirm in time either.</summary>
    LeaderChanged = 2,

    /// <summary>There was a leader, but no answer until the timeout.</summary>
    Timeout = 3,

    /// <summary>More than <see cref="RaftNodeOptions.ReadersMax"/> reads wait ("etcdserver: too many requests").</summary>
    Overloaded = 4,

    /// <summary>The node is stopping.</summary>
    Stopped = 5,
}

/// <summary>Answer to a ReadIndex.</summary>
/// <param name="Outcome">Whether <paramref name="Index"/> is valid.</param>
/// <param name="Index">A read is linearizable once the state machine has applied this far; 0 unless confirmed.</param>
/// <remarks>Source: Raft thesis §6.4.</remarks>
public readonly record struct ReadIndexResult(ReadIndexOutcome Outcome, ulong Index)
{
    /// <summary>True when the read may proceed.</summary>
    public bool IsConfirmed => Outcome == ReadIndexOutcome.Confirmed;
}
