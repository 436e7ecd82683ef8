using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Elections;
using MetaStore.Raft.Log;
using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Reads;
using MetaStore.Raft.Replication;
using MetaStore.Raft.Snapshots;
using MetaStore.Raft.Tracking;
using MetaStore.Raft.Transfer;

namespace MetaStore.Raft;

/// <summary>The Raft algorithm of one node as a deterministic state machine: inputs in, <see cref="Ready"/> out.</summary>
/// <remarks>
/// The same calls in the same order give the same Readys. One thread at a time may call. No call blocks, does I/O or reads a
/// clock. Messages from other nodes never make a call throw; <see cref="RaftInvariantException"/> means a bug or broken storage.
/// Source: Raft thesis (Ongaro 2014), chapters 3, 4, 5, 6.4 and 9.6.
/// </remarks>
public sealed class RaftCore
{
    private readonly RaftState _state;
    private readonly ReadyBuilder _ready;
    private readonly Replicator _replicator;
    private readonly ReadIndexQueue _reads;
    private readonly ForwardedReads _forwarded;
    private readonly CommitAdvancer _commit;
    private readonly ProposalHandler _proposals;
    private readonly LeaderTransfer _transfer;
    private readonly Campaign _campaign;
    private readonly CheckQuorum _checkQuorum;
    private readonly MembershipApplier _membership;
    private readonly MessageRouter _router;
    private readonly TermReach _reach;

    /// <summary>Starts a node as a follower from what its disk holds.</summary>
    /// <param name="config">Settings; validated here.</param>
    /// <param name="log">Entries on disk, from the newest snapshot's index on.</param>
    /// <param name="hardState">Newest hard state on disk; its commit index may lag.</param>
    /// <param name="confState">Membership as of <paramref name="applied"/>.</param>
    /// <param name="applied">Index up to which the state machine is complete; later entries are handed out again.</param>
    public RaftCore(RaftConfig config, ILogReader log, HardState hardState, ConfState confState, ulong applied)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(confState);
        config.Validate();
        _state = new RaftState(config, new RaftLog(log, hardState.Commit, applied), hardState, confState);
        _ready = new ReadyBuilder(_state);
        _replicator = new Replicator(_state);
        _reads = new ReadIndexQueue(_state, _replicator);
        _forwarded = new ForwardedReads(_state);
        _commit = new CommitAdvancer(_state, _replicator);
        _proposals = new ProposalHandler(_state, _replicator);
        _transfer = new LeaderTransfer(_state, _replicator);
        var roles = new RoleTransitions(_state, _replicator, _reads, _forwarded);
        _campaign = new Campaign(_state, roles);
        _checkQuorum = new CheckQuorum(_state, roles);
        _membership = new MembershipApplier(_state, roles, _replicator, _commit, _reads, _transfer, _proposals);
        _reach = new TermReach(_state, roles);
        _router = new MessageRouter(
            _state,
            new TermFilter(_state, roles, _reach),
            new RequestVoteHandler(_state),
            new VoteResponseHandler(_state, roles, _campaign),
            new AppendEntriesHandler(_state, roles),
            new AppendResponseHandler(_state, _replicator, _commit, _transfer),
            new HeartbeatHandler(_state, roles),
            new HeartbeatResponseHandler(_state, _replicator, _reads),
            new InstallSnapshotHandler(_state, roles, _membership),
            new TimeoutNowHandler(_state, _campaign),
            new ReadIndexHandler(_state, _reads),
            _forwarded,
            _proposals,
            _transfer);
        _state.Clock.Reset();
    }

    /// <summary>Current term.</summary>
    public ulong Term => _state.Term;

    /// <summary>
    /// The newest term in which this node, as leader, asked another one to take over; 0 for none. In every other term it leads for an election timeout at
    /// least after a quorum has confirmed that it does.
    /// </summary>
    public ulong TransferTerm => _state.TransferTerm;

    /// <summary>A copy of the state.</summary>
    public RaftStatus Status => StatusBuilder.Make(_state);

    /// <summary>True when <see cref="TakeReady"/> has something to return. Also decides what is sent to followers.</summary>
    public bool HasReady
    {
        get
        {
            Settle();
            return _ready.HasAny;
        }
    }

    /// <summary>True when committed entries are not handed out, because too many were and are not reported as applied.</summary>
    public bool HoldsCommitted => _ready.HoldsCommitted;

    /// <summary>Advances time by one tick.</summary>
    public void Tick()
    {
        _reach.Tick();
        if (_state.Role == Role.Leader)
        {
            TickLeader();
            return;
        }

        _forwarded.Tick();
        if (_state.Clock.TickElection())
        {
            Campaign();
        }
    }

    /// <summary>True when some correct node could have sent the message to <paramref name="self"/>, whatever the present state.</summary>
    public static bool IsValid(Message message, ulong self)
    {
        ArgumentNullException.ThrowIfNull(message);
        return MessageValidator.IsValid(message, self);
    }

    /// <summary>Takes a message from another node, or from this one through <see cref="Ready.MessagesAfterPersist"/>.</summary>
    public void Step(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _router.Route(message);
    }

    /// <summary>Proposes data for the log; held without a copy, so it must not be written to again.</summary>
    public ProposeOutcome Propose(ReadOnlyMemory<byte> data) => _proposals.Propose(EntryType.Normal, data);

    /// <summary>Proposes a membership change.</summary>
    public ProposeOutcome Propose(ConfChange change) => _proposals.Propose(EntryType.ConfChange, ConfChangeCodec.Encode(change));

    /// <summary>Requests an index at which a read is linearizable.</summary>
    /// <param name="requestId">Never used before by this node, also not before a restart.</param>
    /// <remarks>
    /// Ends in <see cref="Ready.ReadStates"/> or <see cref="Ready.ReadsDropped"/>; without quorum only when the leader steps
    /// down.
    /// </remarks>
    public void ReadIndex(ulong requestId)
    {
        if (_state.Role == Role.Leader)
        {
            _reads.Add(new PendingRead(_state.Id, requestId));
        }
        else
        {
            _forwarded.Add(requestId);
        }
    }

    /// <summary>
    /// Starts a leadership transfer; a follower forwards the request to the leader, and without a leader it has no effect.
    /// </summary>
    public void TransferLeader(ulong transferee)
    {
        if (_state.Role == Role.Leader)
        {
            _transfer.Request(transferee);
        }
        else if (_state.Leader != 0 && transferee != 0)
        {
            _state.Outbox.Send(new Message
            {
                Type = MessageType.TransferLeader,
                To = _state.Leader,
                From = transferee,
                Term = _state.Term,
            });
        }
    }

    /// <summary>Starts an election now, without waiting for the timeout; no effect on a leader or non-voter.</summary>
    public void Campaign() => _campaign.Start(_state.Config.PreVote ? CampaignKind.Pre : CampaignKind.Real);

    /// <summary>A message to that node was lost for certain: appends sent after it may be lost too.</summary>
    public void ReportUnreachable(ulong node)
    {
        if (_state.Role == Role.Leader && _state.Tracker.Find(node) is { State: ProgressState.Replicate } member)
        {
            member.BecomeProbe();
        }
    }

    /// <summary>
    /// The runtime has finished sending a snapshot, with or without success. Must be called for every InstallSnapshot sent.
    /// </summary>
    public void ReportSnapshot(ulong node, bool delivered)
    {
        if (_state.Role != Role.Leader || _state.Tracker.Find(node) is not { State: ProgressState.Snapshot } member)
        {
            return;
        }

        if (!delivered)
        {
            member.SnapshotLost();
        }

        // Wait for the follower's acknowledgement, or a heartbeat response, before anything else is sent.
        member.BecomeProbe();
        member.Pause();
    }

    /// <summary>Hands out everything that is to be done; see <see cref="Ready"/> for the order. Several may be in progress.</summary>
    public Ready TakeReady()
    {
        Settle();
        return _ready.Take();
    }

    /// <summary>The entries of a Ready, and everything handed out before them, are durable.</summary>
    /// <param name="lastIndex">Index of the last of <see cref="Ready.Entries"/>.</param>
    /// <param name="lastTerm">Its term.</param>
    /// <remarks>In the order of the Readys. Ones without entries need no call; entries replaced meanwhile are ignored.</remarks>
    public void Persisted(ulong lastIndex, ulong lastTerm)
    {
        if (_state.Log.WriteCompleted(lastIndex, lastTerm))
        {
            _commit.OnPersisted();
        }
    }

    /// <summary>The snapshot of a Ready is installed durably, state machine included; the log reader now starts after it.</summary>
    public void SnapshotPersisted(ulong index)
    {
        if (_state.Log.SnapshotInstalled(index))
        {
            _ready.AppliedTo(index);
        }
    }

    /// <summary>Entries that the log reader did not have in memory are there now: members that wait for them are sent more.</summary>
    public void EntriesLoaded() => _replicator.WantBroadcast();

    /// <summary>The state machine has applied everything up to <paramref name="index"/>; lower values than before are ignored.</summary>
    public void AppliedTo(ulong index)
    {
        if (_state.Log.PendingSnapshot?.Index == index)
        {
            return;
        }

        _state.Log.AppliedTo(index);
        _ready.AppliedTo(index);
        _membership.LeaveJointIfDue();
    }

    /// <summary>Applies a committed membership change; called in log order, before <see cref="AppliedTo"/> of its index.</summary>
    /// <returns>The membership afterwards, to be stored with the state machine. Invalid changes leave it as it was.</returns>
    public ConfState ApplyConfChange(ConfChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _membership.Apply(change);
    }

    private void TickLeader()
    {
        _transfer.Tick();
        if (_state.Clock.TickQuorumCheck())
        {
            _checkQuorum.Run();
            if (_state.Role != Role.Leader)
            {
                return;
            }
        }

        _membership.LeaveJointIfDue();
        if (_state.Clock.TickHeartbeat())
        {
            _replicator.Heartbeat(_reads.RoundForHeartbeat());
        }
    }

    private void Settle()
    {
        _reads.Flush();
        _replicator.Flush();
    }
}
