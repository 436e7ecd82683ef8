namespace MetaStore.Raft.Messages;

/// <summary>One step of a membership change.</summary>
public enum ConfChangeType : byte
{
    /// <summary>Add a voter, or make a learner one.</summary>
    AddVoter = 0,

    /// <summary>Remove a voter or a learner.</summary>
    Remove = 1,

    /// <summary>Add a learner, or make a voter one.</summary>
    AddLearner = 2,

    /// <summary>No effect on the configuration; carries <see cref="ConfChange.Context"/> only (member attributes).</summary>
    Update = 3,
}

/// <summary>A single membership edit.</summary>
public readonly record struct ConfChangeStep(ConfChangeType Type, ulong NodeId);

/// <summary>A membership change as stored in the log.</summary>
/// <param name="Steps">Edits; more than one, or <paramref name="Joint"/>, goes through a joint configuration. None at all leaves one.</param>
/// <param name="Joint">Forces joint consensus for a single step too.</param>
/// <param name="Context">Bytes for the state machine: the member's attributes. Opaque to the core.</param>
public sealed record ConfChange(ConfChangeStep[] Steps, bool Joint, ReadOnlyMemory<byte> Context);
