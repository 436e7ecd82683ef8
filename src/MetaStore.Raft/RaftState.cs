using MetaStore.Raft.Elections;
using MetaStore.Raft.Log;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft;

/// <summary>What the handlers of one core share. They change it in turn, on the one thread that owns the core.</summary>
internal sealed class RaftState
{
    public RaftState(RaftConfig config, RaftLog log, HardState hardState, ConfState confState)
    {
        Config = config;
        Log = log;
        Term = hardState.Term;
        Vote = hardState.Vote;
        HandedOut = hardState;
        Tracker = new ProgressTracker(config, confState, log.LastIndex + 1);
        Clock = new ElectionClock(config);
        Outbox = new Outbox(this);
    }

    public RaftConfig Config { get; }

    public ulong Id => Config.NodeId;

    public RaftLog Log { get; }

    public ProgressTracker Tracker { get; }

    public ElectionClock Clock { get; }

    public Outbox Outbox { get; }

    /// <summary>Latest term seen; never falls.</summary>
    public ulong Term { get; set; }

    /// <summary>Node voted for in <see cref="Term"/>, or 0; changes at most once per term.</summary>
    public ulong Vote { get; set; }

    /// <summary>Leader of <see cref="Term"/> as far as known, or 0.</summary>
    public ulong Leader { get; set; }

    public Role Role { get; set; }

    /// <summary>Target of a running transfer, or 0; only a leader has one.</summary>
    public ulong Transferee { get; set; }

    /// <summary>On a leader: index of its no-op. What stands at or above it has the leader's own term.</summary>
    public ulong TermStart { get; set; }

    /// <summary>No membership change may be proposed before this index is applied.</summary>
    public ulong PendingConfIndex { get; set; }

    /// <summary>True after a membership change in the log took this node out, until one takes it in again.</summary>
    public bool Removed { get; set; }

    /// <summary>Bytes this leader appended that are not committed.</summary>
    public long UncommittedBytes { get; set; }

    /// <summary>The hard state that was last given out to be persisted.</summary>
    public HardState HandedOut { get; set; }

    /// <summary>The hard state as it is now.</summary>
    public HardState HardState => new(Term, Vote, Log.Committed);

    /// <summary>True while the present term or vote was not even given out to be persisted.</summary>
    public bool TermIsFresh => Term != HandedOut.Term || Vote != HandedOut.Vote;

    /// <summary>True on a leader whose no-op is committed: only then does its commit index cover everything ever acknowledged.</summary>
    public bool CommittedInTerm => Role == Role.Leader && Log.Committed >= TermStart;

    /// <summary>True when this node votes and may therefore lead.</summary>
    public bool Promotable => Tracker.Voters.Contains(Id) && Log.PendingSnapshot is null;

    public void Report(RaftEventKind kind, ulong node = 0, ulong value = 0) =>
        Outbox.Add(new RaftEvent(kind, Term, node, value));

    /// <summary>Reports a message that was dropped because no correct node sends it.</summary>
    public void Drop(Message message) => Report(RaftEventKind.MessageDropped, message.From, (ulong)message.Type);
}
