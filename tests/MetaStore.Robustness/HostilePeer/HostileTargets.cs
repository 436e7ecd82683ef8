namespace MetaStore.Robustness.HostilePeer;

/// <summary>A member to attack through its peer port.</summary>
internal sealed record HostileTarget(ulong Id, int PeerPort);

/// <summary>What an attacker can find out: ids, ports, and the current term of the cluster.</summary>
internal sealed class HostileTargets(ulong clusterId, IReadOnlyList<HostileTarget> members, ulong learnerId)
{
    private ulong _term = 1;

    public ulong ClusterId { get; } = clusterId;

    public IReadOnlyList<HostileTarget> Members { get; } = members;

    /// <summary>Id of the learner whose identity the attacker uses.</summary>
    public ulong LearnerId { get; } = learnerId;

    /// <summary>The term, as last read.</summary>
    public ulong Term
    {
        get => Volatile.Read(ref _term);
        set => Volatile.Write(ref _term, value);
    }
}
