using MetaStore.Raft.Elections;
using MetaStore.Raft.Log;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft;

/// <summary>State shared by the handlers of one core. Only the thread that owns the core touches it.</summary>
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

    /// <summary>Known leader of <see cref="Term"/>, or 0.</summary>
    public ulong Leader { get; set; }

    public Role Role { get; set; }

    /// <summary>Target of a running transfer, or 0; only a leader has one.</summary>
    public ulong Transferee { get; set; }

    /// <summary>The newest term in which this node, as leader, asked another one to take over: votes for that one are not refused.</summary>
    public ulong TransferTerm { get; set; }

    /// <summary>On a leader: index of its no-op. Entries at or above it have the leader's own term.</summary>
    public ulong TermStart { get; set; }

    /// <summary>No membership change may be proposed before this index is applied.</summary>
    public ulong PendingConfIndex { get; set; }

    /// <summary>True after a membership change in the log removed this node, until one adds it again.</summary>
    public bool Removed { get; set; }

    /// <summary>Bytes this leader appended that are not committed.</summary>
    public long UncommittedBytes { get; set; }

    /// <summary>The hard state that was last handed out to be persisted.</summary>
    public HardState HandedOut { get; set; }

    /// <summary>The hard state as it is now.</summary>
    public HardState HardState => new(Term, Vote, Log.Committed);

    /// <summary>True while the present term or vote was not yet handed out to be persisted.</summary>
    public bool TermIsFresh => Term != HandedOut.Term || Vote != HandedOut.Vote;

    /// <summary>True on a leader whose no-op is committed: only then does its commit index cover all acknowledged entries.</summary>
    public bool CommittedInTerm => Role == Role.Leader && Log.Committed >= TermStart;

    /// <summary>True when this node votes and may therefore lead.</summary>
    public bool Promotable => Tracker.Voters.Contains(Id) && Log.PendingSnapshot is null;

    /// <summary>One leader per term (thesis §3.6.3): false when this node leads the term itself, or follows another leader of the same term.</summary>
    public bool AcceptsLeader(ulong from) => Role != Role.Leader && (Leader == 0 || Leader == from);

    public void Report(RaftEventKind kind, ulong node = 0, ulong value = 0) =>
        Outbox.Add(new RaftEvent(kind, Term, node, value));

    /// <summary>Reports a message that was dropped because no correct node sends it.</summary>
    public void Drop(Message message) => Report(RaftEventKind.MessageDropped, message.From, (ulong)message.Type);
}
