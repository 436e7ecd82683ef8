using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Membership;
using MetaStore.Server.Membership.Silent;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes membership: changes on the leader, forwarding to it, and the end of a member that was removed.</summary>
internal sealed class MembershipServices : IDisposable
{
    /// <summary>A removed member keeps serving its peers for this many election timeouts, so that one of them can win an election with its vote.</summary>
    private const int GraceElections = 3;

    private readonly MetaStoreOptions _options;
    private readonly MemberStore _members;
    private readonly ulong _self;
    private readonly ServerLog _log;
    private MembershipChanges? _changes;
    private SilentMembers? _silent;

    public MembershipServices(MetaStoreOptions options, NodeIdentity identity, MemberStore members, ServerLog log)
    {
        _options = options;
        _members = members;
        _self = identity.MemberId;
        _log = log;
        Removal = new SelfRemoval(GraceElections * options.Consensus.ElectionTimeout, TimeProvider.System, log);
        Applied = new ConfChangeWaiter(identity.MemberId, members, Removal);
    }

    /// <summary>Counts learner promotions by this member, successful and failed.</summary>
    public PromotionCounts Promotions { get; } = new();

    /// <summary>Notified of changes that took effect.</summary>
    public ConfChangeWaiter Applied { get; }

    /// <summary>Signals that this member must stop.</summary>
    public SelfRemoval Removal { get; }

    /// <summary>Members that are not heard from; after <see cref="Watch"/>.</summary>
    public SilentMembers Silent => _silent ?? throw new InvalidOperationException("the members are not watched yet");

    /// <summary>Creates what notices that a member is not heard from.</summary>
    public void Watch(RaftNode node, LeadershipState leadership)
    {
        var connections = new PeerConnections(node, TimeProvider.System);
        _silent = new SilentMembers(
            _self, _options.Cluster.MemberSilentAfter, () => _members.Members, connections.IsActive,
            id => ReplacementRules.Refusal(_members.Members, id, leadership.Leader != 0, _options.Cluster.StrictReconfigCheck, connections.IsReached), TimeProvider.System);
    }

    /// <summary>Creates the service.</summary>
    public ClusterService Service(WritePath write, ReadDispatcher reads, LeadershipState leadership, LeaderChannels channels, ResponseHeaders headers)
    {
        TimeSpan patience = _options.Consensus.RequestTimeout;
        var settings = new MembershipSettings(
            _options.Cluster.StrictReconfigCheck, _options.Cluster.MaxLearners, patience, 2 * _options.Consensus.ElectionTimeout, TimeProvider.System);
        _changes = new MembershipChanges(
            write.Node, _members, reads, leadership, new PeerConnections(write.Node, TimeProvider.System),
            new RecentContact(write.Node, _options.Consensus.HeartbeatInterval, TimeProvider.System), Applied, settings);
        var forwarder = new MembershipForwarder(
            new LeaderForwarder(leadership, patience, TimeProvider.System), channels, new OnwardHeaders(write.Auth.MemberToken(write.Proposer)), patience);
        return new ClusterService(_members, _changes, forwarder, reads, headers, Promotions);
    }

    /// <summary>Starts what members do by themselves; after <see cref="Service"/> and <see cref="Watch"/>.</summary>
    public void Start(LeadershipState leadership, CancellationToken stop)
    {
        if (_options.Cluster.AutoPromoteLearners && _changes is not null)
        {
            var promotion = new LearnerPromotion(_members, _changes, leadership, Promotions, _log);
            SupervisedTask.Observe("promotion of learners", promotion.RunAsync(stop), _log.Logger);
        }

        SupervisedTask.Observe("looking for silent members", new SilentMemberWatch(Silent, leadership, _log).RunAsync(stop), _log.Logger);
    }

    /// <summary>The other voters of the newest configuration that this member knows; the peers it can dial while it knows none.</summary>
    public IReadOnlyCollection<ulong> Others(RaftNode node)
    {
        ulong[] voters = [.. _members.Members.Where(member => !member.IsLearner && member.Id != _self).Select(member => member.Id)];
        return voters.Length > 0 ? voters : [.. node.Peers.Select(peer => peer.Node)];
    }

    /// <inheritdoc/>
    public void Dispose() => _changes?.Dispose();
}
