namespace MetaStore.Robustness.HostilePeer;

/// <summary>A member whose peer port is sent to.</summary>
internal sealed record HostileTarget(ulong Id, int PeerPort);

/// <summary>What an attacker can find out: ids, ports, and the term that the cluster is in.</summary>
internal sealed class HostileTargets(ulong clusterId, IReadOnlyList<HostileTarget> members, ulong learnerId)
{
    private ulong _term = 1;

    public ulong ClusterId { get; } = clusterId;

    public IReadOnlyList<HostileTarget> Members { get; } = members;

    /// <summary>The learner that the hostile side plays.</summary>
    public ulong LearnerId { get; } = learnerId;

    /// <summary>As of a moment ago.</summary>
    public ulong Term
    {
        get => Volatile.Read(ref _term);
        set => Volatile.Write(ref _term, value);
    }
}
