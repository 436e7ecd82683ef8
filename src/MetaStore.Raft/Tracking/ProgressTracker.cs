using MetaStore.Raft.Messages;
using MetaStore.Raft.Quorum;

namespace MetaStore.Raft.Tracking;

/// <summary>The membership in force with the progress of each member, and the votes of the running election.</summary>
internal sealed class ProgressTracker
{
    private readonly Dictionary<ulong, bool> _votes = [];
    private readonly RaftConfig _config;
    private Progress[] _members = [];

    public ProgressTracker(RaftConfig config, ConfState state, ulong next)
    {
        _config = config;
        State = state;
        Voters = new JointConfig(state);
        SwitchTo(state, next);
    }

    /// <summary>The membership.</summary>
    public ConfState State { get; private set; }

    /// <summary>Its voters.</summary>
    public JointConfig Voters { get; private set; }

    /// <summary>Members by ascending id, so that every run of the core sends in the same order.</summary>
    public ReadOnlySpan<Progress> Members => _members;

    /// <summary>The highest index that a quorum has made durable.</summary>
    public ulong CommittedIndex => Voters.CommittedIndex(new MatchIndexes(this));

    /// <summary>Progress of a member, or null when it is not one. Clusters are small: a linear search is faster than a hash.</summary>
    public Progress? Find(ulong node)
    {
        foreach (Progress member in _members)
        {
            if (member.NodeId == node)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>The newest read round that a quorum has answered, counting <paramref name="own"/> for this node.</summary>
    public ulong ConfirmedRound(ulong self, ulong own) => Voters.CommittedIndex(new ReadRounds(this, self, own));

    /// <summary>True when a quorum responded since the last call; <paramref name="self"/> counts as active.</summary>
    public bool TakeQuorumActive(ulong self)
    {
        var heard = new Dictionary<ulong, bool>(_members.Length);
        foreach (Progress member in _members)
        {
            heard[member.NodeId] = member.RecentActive || member.NodeId == self;
            member.RecentActive = member.NodeId == self;
        }

        return Voters.Tally(heard) == VoteResult.Won;
    }

    /// <summary>Forgets the votes of an earlier election.</summary>
    public void ResetVotes() => _votes.Clear();

    /// <summary>Counts a vote; only the first vote of a node counts.</summary>
    public VoteResult RecordVote(ulong node, bool granted)
    {
        _votes.TryAdd(node, granted);
        return Voters.Tally(_votes);
    }

    /// <summary>Switches to another membership; members that stay keep their progress.</summary>
    /// <param name="state">The new membership.</param>
    /// <param name="next">Index of the next entry to send to new members.</param>
    public void SwitchTo(ConfState state, ulong next)
    {
        var ids = new SortedSet<ulong>(state.Voters);
        ids.UnionWith(state.VotersOutgoing);
        ids.UnionWith(state.Learners);
        ids.UnionWith(state.LearnersNext);
        var members = new List<Progress>(ids.Count);
        foreach (ulong id in ids)
        {
            // A new member counts as active, or the next quorum check would count it as silent before it had time to respond.
            Progress member = Find(id) ?? NewProgress(id, next);
            member.IsLearner = state.Learners.Contains(id);
            members.Add(member);
        }

        _members = [.. members];
        State = state;
        Voters = new JointConfig(state);
    }

    private Progress NewProgress(ulong id, ulong next) =>
        new(id, next, new Inflights(_config.MaxInflightMessages, _config.MaxInflightBytes)) { RecentActive = true };

    private readonly struct MatchIndexes(ProgressTracker tracker) : IAcknowledged
    {
        public ulong Of(ulong voter) => tracker.Find(voter)?.Match ?? 0;
    }

    private readonly struct ReadRounds(ProgressTracker tracker, ulong self, ulong own) : IAcknowledged
    {
        public ulong Of(ulong voter) => voter == self ? own : tracker.Find(voter)?.ReadRound ?? 0;
    }
}
