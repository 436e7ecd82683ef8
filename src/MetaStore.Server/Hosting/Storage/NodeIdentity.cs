using MetaStore.IO;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Raft.Storage;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Membership;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Membership;
using RaftInitialMember = MetaStore.Raft.Runtime.Bootstrap.InitialMember;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>Member and cluster ID of this process: from its data directory, or else derived from the initial configuration.</summary>
internal sealed class NodeIdentity
{
    private NodeIdentity(ulong memberId, ulong clusterId, IReadOnlyList<MemberRecord> members, bool founds)
    {
        MemberId = memberId;
        ClusterId = clusterId;
        Members = members;
        Founds = founds;
    }

    /// <summary>Never 0.</summary>
    public ulong MemberId { get; }

    /// <summary>Never 0.</summary>
    public ulong ClusterId { get; }

    /// <summary>Members to dial before the log contains any: the initial members, or those a joining node was given; empty when not known.</summary>
    public IReadOnlyList<MemberRecord> Members { get; }

    /// <summary>True for an initial member of a new cluster: an empty log starts with <see cref="FounderEntries"/>. False for a joining member.</summary>
    public bool Founds { get; }

    /// <summary>The initial members as the first log entries: the same bytes on each of them.</summary>
    public IReadOnlyList<RaftInitialMember> FounderEntries =>
        [.. Members.Select(member => new RaftInitialMember(member.Id, CommandFormat.Encode(new MemberUpsertCommand { Member = member })))];

    /// <summary>Reads the data directory's identity, or asks the cluster to join for one, or derives one.</summary>
    /// <exception cref="StartException">The directory is another member's of the same cluster (67), or there is no cluster to join (64).</exception>
    /// <exception cref="StorageException">The identity file is damaged or newer.</exception>
    public static async Task<NodeIdentity> ResolveAsync(MetaStoreOptions options, PeerSecurity security, CancellationToken stop)
    {
        bool joins = options.Cluster.State == "existing";
        (IReadOnlyDictionary<string, ulong> ids, ulong cluster) = MemberIds.OfInitialCluster(
            options.Cluster.InitialCluster.Select(member => (member.Name, member.PeerUrls)), options.Cluster.Token);
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
            return joins ? await JoinAsync(options, security, stop) : new NodeIdentity(derived, cluster, founders, founds: true);
        }

        // The initial-* settings are ignored for a used directory, unless they show that it belongs to another member.
        if (known.ClusterId == cluster && known.NodeId != derived)
        {
            string owner = options.Cluster.InitialCluster.FirstOrDefault(member => ids[member.Name] == known.NodeId)?.Name ?? known.NodeId.ToString("x");
            throw new StartException(
                ExitCodes.ForeignDirectory, $"--data-dir {directory} belongs to member {owner} of this cluster, not to {options.Member.Name}; give every member its own");
        }

        bool isFounder = known.ClusterId == cluster && known.NodeId == derived;
        return new NodeIdentity(known.NodeId, known.ClusterId, isFounder ? founders : [], founds: isFounder && !joins);
    }

    /// <summary>Asks the cluster for its members.</summary>
    /// <exception cref="StartException">No member gave a valid response (64).</exception>
    public static async Task<NodeIdentity> JoinAsync(MetaStoreOptions options, PeerSecurity security, CancellationToken stop)
    {
        (ulong cluster, ulong self, IReadOnlyList<MemberRecord> members) = await new ClusterJoin(options, security, options.Consensus.RequestTimeout).FindAsync(stop);
        return new NodeIdentity(self, cluster, members, founds: false);
    }
}
