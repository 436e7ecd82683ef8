using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Server.Configuration;
using MetaStore.Server.Membership;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Membership;
using RaftInitialMember = MetaStore.Raft.Runtime.Bootstrap.InitialMember;

namespace MetaStore.Server.Hosting;

/// <summary>Which member of which cluster this process is: what its data directory says, or else what the first configuration makes of it.</summary>
internal sealed class NodeIdentity
{
    private NodeIdentity(ulong memberId, ulong clusterId, IReadOnlyList<MemberRecord> founders)
    {
        MemberId = memberId;
        ClusterId = clusterId;
        Founders = founders;
    }

    /// <summary>Never 0.</summary>
    public ulong MemberId { get; }

    /// <summary>Never 0.</summary>
    public ulong ClusterId { get; }

    /// <summary>Members that the first configuration names, for founding; meaningless once there is a log.</summary>
    public IReadOnlyList<MemberRecord> Founders { get; }

    /// <summary>Founders as the log begins with them: the same bytes on every founder.</summary>
    public IReadOnlyList<RaftInitialMember> FounderEntries =>
        [.. Founders.Select(member => new RaftInitialMember(member.Id, CommandFormat.Encode(new MemberUpsertCommand { Member = member })))];

    /// <summary>Reads the data directory's identity, or derives one.</summary>
    /// <exception cref="StartException">The directory is another member's of the same cluster (67).</exception>
    /// <exception cref="StorageException">The identity file is damaged or newer.</exception>
    public static NodeIdentity Resolve(MetaStoreOptions options)
    {
        (IReadOnlyDictionary<string, ulong> ids, ulong cluster) = MemberIds.OfInitialCluster(options.Cluster.InitialCluster, options.Cluster.Token);
        MemberRecord[] founders =
        [
            .. options.Cluster.InitialCluster.Select(member => new MemberRecord
            {
                Id = ids[member.Name],
                Name = member.Name,
                PeerUrls = [.. member.PeerUrls.Order(StringComparer.Ordinal)],
            }),
        ];
        string directory = options.Member.EffectiveDataDir;
        ulong derived = ids[options.Member.Name];
        if (!DataDirectory.TryReadIdentity(directory, out DirectoryIdentity known))
        {
            return new NodeIdentity(derived, cluster, founders);
        }

        // The initial-* settings are history for a directory that was used before, unless they say that it is somebody else's.
        if (known.ClusterId == cluster && known.NodeId != derived)
        {
            string owner = options.Cluster.InitialCluster.FirstOrDefault(member => ids[member.Name] == known.NodeId)?.Name ?? known.NodeId.ToString("x");
            throw new StartException(
                ExitCodes.ForeignDirectory, $"--data-dir {directory} belongs to member {owner} of this cluster, not to {options.Member.Name}; give every member its own");
        }

        return new NodeIdentity(known.NodeId, known.ClusterId, founders);
    }
}
