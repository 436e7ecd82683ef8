using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Quorum;

/// <summary>One or two voter sets; both must agree, each by its own majority.</summary>
/// <remarks>Source: thesis §4.3: while joint, elections and commitment need separate majorities of the old and the new set.</remarks>
public readonly struct JointConfig(ulong[] incoming, ulong[] outgoing)
{
    /// <summary>The voters of a membership.</summary>
    public JointConfig(ConfState state)
        : this(state.Voters, state.VotersOutgoing)
    {
    }

    /// <summary>The incoming, or only, voter set.</summary>
    public MajorityConfig Incoming { get; } = new(incoming);

    /// <summary>The outgoing voter set; empty when not joint.</summary>
    public MajorityConfig Outgoing { get; } = new(outgoing);

    /// <summary>True when there is a single voter.</summary>
    public bool IsSingleton => Incoming.Voters.Length == 1 && Outgoing.Voters.Length == 0;

    /// <summary>True when the node votes in either set.</summary>
    public bool Contains(ulong node) => Incoming.Contains(node) || Outgoing.Contains(node);

    /// <summary>The highest number acknowledged by a quorum of both sets.</summary>
    public ulong CommittedIndex<TAcknowledged>(in TAcknowledged acknowledged)
        where TAcknowledged : struct, IAcknowledged =>
        Math.Min(Incoming.CommittedIndex(acknowledged), Outgoing.CommittedIndex(acknowledged));

    /// <summary>Won when both sets have won, lost as soon as one has lost.</summary>
    public VoteResult Tally(IReadOnlyDictionary<ulong, bool> votes)
    {
        VoteResult one = Incoming.Tally(votes);
        VoteResult two = Outgoing.Tally(votes);
        if (one == two)
        {
            return one;
        }

        return one == VoteResult.Lost || two == VoteResult.Lost ? VoteResult.Lost : VoteResult.Pending;
    }
}
