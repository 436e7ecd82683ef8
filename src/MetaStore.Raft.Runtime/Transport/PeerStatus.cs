namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Connections to one peer at a moment.</summary>
/// <param name="Node">The peer.</param>
/// <param name="IsActive">True when both outgoing lanes are up.</param>
/// <param name="ActiveSince">When <paramref name="IsActive"/> last became true (UTC); null while it is false.</param>
/// <param name="LastError">Why the last connection failed or ended; null if none did.</param>
/// <param name="Traffic">Live counters.</param>
public sealed record PeerStatus(ulong Node, bool IsActive, DateTimeOffset? ActiveSince, string? LastError, PeerTraffic Traffic)
{
    /// <summary>Which engine files it accepts as a snapshot, as announced at the last connection; empty for none.</summary>
    public string SnapshotFiles { get; init; } = "";

    /// <summary>
    /// Whether it reads commands and states with users and roles, as announced at the last connection; null before the first connection since this
    /// node started.
    /// </summary>
    public bool? KnowsUsers { get; init; }

    /// <summary>Whether it reads the epoch of a command that expires a lease; null as for <see cref="KnowsUsers"/>.</summary>
    public bool? KnowsLeaseEpochs { get; init; }
}
