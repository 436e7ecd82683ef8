using MetaStore.Raft.Diagnostics;

namespace MetaStore.Raft.Elections;

/// <summary>Counts ticks since the last contact with a leader, and since the last heartbeat sent.</summary>
internal sealed class ElectionClock(RaftConfig config)
{
    private int _sinceHeartbeat;
    private int _quietLeft = config.QuietTicks;

    /// <summary>Ticks since the last message of the leader; on a leader, since the last quorum check.</summary>
    public int Elapsed { get; private set; }

    /// <summary>Ticks after which this node campaigns; drawn at random at each change of role to avoid split votes (thesis §3.4).</summary>
    public int Timeout { get; private set; } = config.ElectionTicks;

    /// <summary>True while the last message of a leader is more recent than the shortest election timeout.</summary>
    public bool LeaderHeard => Elapsed < config.ElectionTicks;

    /// <summary>True shortly after the start: this node may have acknowledged a leader just before it was restarted.</summary>
    public bool HasJustStarted => _quietLeft > 0;

    /// <summary>Resets the election timer: a leader sent a message, or a vote was given.</summary>
    public void Restart() => Elapsed = 0;

    /// <summary>The role changed.</summary>
    public void Reset()
    {
        int jitter = config.Jitter(config.ElectionTicks);
        RaftAssert.That(jitter >= 0 && jitter < config.ElectionTicks, "jitter is within its range");
        Timeout = config.ElectionTicks + jitter;
        Elapsed = 0;
        _sinceHeartbeat = 0;
    }

    /// <summary>One tick; true when an election is due.</summary>
    public bool TickElection()
    {
        _quietLeft = Math.Max(0, _quietLeft - 1);
        Elapsed++;
        return Elapsed >= Timeout;
    }

    /// <summary>One tick on a leader; true each election timeout.</summary>
    public bool TickQuorumCheck()
    {
        Elapsed++;
        if (Elapsed < config.ElectionTicks)
        {
            return false;
        }

        Elapsed = 0;
        return true;
    }

    /// <summary>One tick on a leader; true when heartbeats are due.</summary>
    public bool TickHeartbeat()
    {
        _sinceHeartbeat++;
        if (_sinceHeartbeat < config.HeartbeatTicks)
        {
            return false;
        }

        _sinceHeartbeat = 0;
        return true;
    }
}
