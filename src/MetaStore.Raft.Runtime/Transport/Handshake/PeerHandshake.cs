using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Result of checking a hello, before the connection requests its place.</summary>
/// <param name="Outcome">For the answer.</param>
/// <param name="Refusal">Why the connection is refused; null when it may request its place.</param>
internal sealed record PeerHandshake(HelloOutcome Outcome, Refusal? Refusal)
{
    private static readonly PeerHandshake Accepted = new(HelloOutcome.HelloAccepted, null);

    /// <summary>Checks the hello against the options and the current members.</summary>
    public static PeerHandshake Check(PeerHello hello, TcpPeerTransportOptions options, TcpPeerTransport transport) => hello switch
    {
        { Version: not FrameFormat.Version } => Refuse(
            HelloOutcome.HelloWrongVersion, RefusalKind.Protocol, $"it speaks peer protocol {hello.Version}, this node {FrameFormat.Version}"),

        // Sent by a joining node, which has neither its own id nor the cluster's yet.
        { Lane: Lane.Members } => Accepted,
        _ when hello.ClusterId != options.ClusterId => Refuse(
            HelloOutcome.HelloWrongCluster,
            RefusalKind.Cluster,
            $"member {hello.From:x} belongs to cluster {hello.ClusterId:x}, this node to {options.ClusterId:x}"),
        _ when hello.To != options.NodeId => Refuse(
            HelloOutcome.HelloWrongNode, RefusalKind.Node, $"member {hello.From:x} wants member {hello.To:x}, this node is {options.NodeId:x}"),
        _ when hello.From == 0 || hello.From == options.NodeId => Refuse(
            HelloOutcome.HelloWrongNode, RefusalKind.Node, $"it claims to be member {hello.From:x}"),
        _ when transport.IsRemoved(hello.From) => Refuse(
            HelloOutcome.HelloRemoved, RefusalKind.Removed, $"member {hello.From:x} was removed from the cluster"),
        _ when !transport.IsKnown(hello.From) => Refuse(
            HelloOutcome.HelloUnknown, RefusalKind.Unknown, $"no member {hello.From:x} is known here"),
        { Lane: Lane.Confirm } => transport.IsDialling(hello.From, hello.Dial)
            ? Accepted
            : Refuse(HelloOutcome.HelloNotDialled, RefusalKind.NotDialled, $"member {hello.From:x} was dialled in this node's name by another"),
        { Lane: not (Lane.Control or Lane.Append or Lane.Snapshot or Lane.Probe or Lane.Acknowledged) } => Refuse(
            HelloOutcome.HelloWrongVersion, RefusalKind.Protocol, $"member {hello.From:x} asks for unknown lane {(int)hello.Lane}"),
        _ => Accepted,
    };

    /// <summary>The answer to a hello.</summary>
    public static PeerWelcome Welcome(PeerHello hello, HelloOutcome outcome, TcpPeerTransportOptions options)
    {
        PeerWelcome welcome = new()
        {
            Outcome = outcome,
            Version = FrameFormat.Version,
            ClusterId = options.ClusterId,
            NodeId = options.NodeId,
            SnapshotFiles = options.SnapshotFiles,
            AnswersProbes = true,
            ConfirmsDials = true,
            KnowsUsers = options.KnowsUsers,
            KnowsLeaseEpochs = options.KnowsLeaseEpochs,
        };
        if (hello.Lane == Lane.Acknowledged && outcome == HelloOutcome.HelloAccepted)
        {
            AcknowledgedIndex known = options.Acknowledged(hello.From);
            (welcome.Term, welcome.Acknowledged) = (known.Term, known.Index);
        }

        if (hello.Lane == Lane.Members && outcome == HelloOutcome.HelloAccepted)
        {
            welcome.Members.Add(options.Members().Select(ToWire));
        }

        return welcome;
    }

    private static PeerHandshake Refuse(HelloOutcome outcome, RefusalKind kind, string why) => new(outcome, new Refusal(kind, why));

    private static PeerMember ToWire(ClusterMember member)
    {
        PeerMember wire = new() { Id = member.Id, Name = member.Name, IsLearner = member.IsLearner };
        wire.PeerUrls.Add(member.PeerUrls);
        return wire;
    }
}
