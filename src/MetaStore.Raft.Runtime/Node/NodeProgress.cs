using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Inbox;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>
/// Term, indexes and counts of the node that any thread may read without involving the raft thread. Each value is up to date on its own.
/// </summary>
public sealed class NodeProgress
{
    private ulong _term;
    private ulong _committed;
    private ulong _transferTerm;
    private ulong _handedOut;
    private ulong _applied;
    private ulong _lastIndex;
    private long _logBytes;
    private long _logMemoryBytes;
    private long _loads;
    private long _refusedMessages;
    private long _turns;
    private long _lateTicks;
    private readonly DurablePoints _durable = new();
    private long _missingEntries;
    private long _lostAcknowledgements;
    private int _holdsCommitted;

    /// <summary>Current term.</summary>
    public ulong Term => Volatile.Read(ref _term);

    /// <summary>Highest index known to be committed. No other member knows of a higher one that this node committed as leader.</summary>
    public ulong Committed => Volatile.Read(ref _committed);

    /// <inheritdoc cref="RaftCore.TransferTerm"/>
    public ulong TransferTerm => Volatile.Read(ref _transferTerm);

    /// <summary>Highest index passed to the <see cref="Committed.CommittedQueue"/>.</summary>
    public ulong HandedOut => Volatile.Read(ref _handedOut);

    /// <summary>Highest index the host reported as applied.</summary>
    public ulong Applied => Volatile.Read(ref _applied);

    /// <summary>Last index of the log, durable or not.</summary>
    public ulong LastIndex => Volatile.Read(ref _lastIndex);

    /// <summary>Peer messages dropped because no correct node sends them.</summary>
    public long RefusedMessages => Volatile.Read(ref _refusedMessages);

    /// <summary>Iterations of the raft thread: at least one per tick while it runs.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>How often heartbeats were late because this node, as leader, was late. etcd_server_heartbeat_send_failures_total.</summary>
    public long LateHeartbeats => Volatile.Read(ref _lateTicks);

    /// <summary>Heartbeats that claimed more durable entries here than exist.</summary>
    public long MissingEntries => Volatile.Read(ref _missingEntries);

    /// <summary>As leader: rejections of entries that follow one the follower had acknowledged.</summary>
    public long LostAcknowledgements => Volatile.Read(ref _lostAcknowledgements);

    /// <summary>Bytes of log that a snapshot would allow to drop, in memory and in files; input to the snapshot trigger.</summary>
    public long LogBytes => Volatile.Read(ref _logBytes);

    /// <summary>Bytes of log entries in memory.</summary>
    public long LogMemoryBytes => Volatile.Read(ref _logMemoryBytes);

    /// <summary>Times that entries were read back from the log's files for a member that lags.</summary>
    public long LogLoads => Volatile.Read(ref _loads);

    /// <summary>Entries committed and not applied.</summary>
    public long Unapplied
    {
        get
        {
            ulong committed = Math.Max(Committed, HandedOut);
            return (long)(committed - Math.Min(Applied, committed));
        }
    }

    /// <summary>When an entry became durable on this member, a timestamp of <see cref="System.Diagnostics.Stopwatch"/>; 0 when that is not known.</summary>
    public long DurableAt(ulong index) => _durable.Of(index);

    /// <summary>True while committed entries wait in the core until others are reported as applied. Set by the raft thread, with a full fence.</summary>
    internal bool HoldsCommitted
    {
        get => Volatile.Read(ref _holdsCommitted) != 0;
        set => Interlocked.Exchange(ref _holdsCommitted, value ? 1 : 0);
    }

    /// <summary>Any thread; lower values are ignored.</summary>
    internal void ReportApplied(ulong index)
    {
        ulong known = Applied;
        while (index > known)
        {
            ulong before = Interlocked.CompareExchange(ref _applied, index, known);
            if (before == known)
            {
                return;
            }

            known = before;
        }
    }

    /// <summary>Any thread.</summary>
    internal void CountRefusedMessage() => Interlocked.Increment(ref _refusedMessages);

    internal void CountLoad() => Volatile.Write(ref _loads, _loads + 1);

    internal void CountTurn() => Volatile.Write(ref _turns, _turns + 1);

    internal void CountLateHeartbeat() => Volatile.Write(ref _lateTicks, _lateTicks + 1);

    internal void OnDurable(ulong index) => _durable.Add(index);

    internal void CountMissingEntries() => Interlocked.Increment(ref _missingEntries);

    internal void CountLostAcknowledgement() => Interlocked.Increment(ref _lostAcknowledgements);

    internal void SetHard(HardState hard)
    {
        Volatile.Write(ref _term, hard.Term);
        Volatile.Write(ref _committed, hard.Commit);
    }

    internal void SetTransferTerm(ulong term) => Volatile.Write(ref _transferTerm, term);

    internal void SetHandedOut(ulong index) => Volatile.Write(ref _handedOut, index);

    internal void SetLog(MemoryLog log)
    {
        Volatile.Write(ref _lastIndex, log.LastIndex);
        Volatile.Write(ref _logBytes, log.Bytes);
        Volatile.Write(ref _logMemoryBytes, log.MemoryBytes);
    }
}
