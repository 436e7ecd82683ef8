using System.Text;
using Google.Protobuf;
using MetaStore.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Inquiry;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>The listener's half of the handshake.</summary>
/// <param name="Hello">Who is there; null when nothing readable was said.</param>
/// <param name="Answer">Frame to send back; null when the other side is no member at all and gets no answer.</param>
/// <param name="Refusal">Why the connection is refused, as a sentence for the log; null when it is accepted.</param>
internal sealed record PeerAcceptance(PeerHello? Hello, byte[]? Answer, string? Refusal)
{
    /// <summary>Reads preface and hello and decides.</summary>
    /// <param name="frames">The connection.</param>
    /// <param name="options">Who we are.</param>
    /// <param name="isRemoved">Whether a member was removed from the cluster.</param>
    public static PeerAcceptance Read(FrameReader frames, TcpPeerTransportOptions options, Func<ulong, bool> isRemoved)
    {
        Span<byte> preface = stackalloc byte[FrameFormat.Preface.Length];
        if (!frames.ReadExactly(preface))
        {
            return Ignore("the connection was closed before the handshake");
        }

        if (!preface.SequenceEqual(FrameFormat.Preface))
        {
            return Ignore($"it does not speak the peer protocol (it began with \"{Printable(preface)}\")");
        }

        FrameOutcome outcome = frames.Next(out ReadOnlyMemory<byte> body, FrameFormat.HandshakeBytesMax);
        if (outcome != FrameOutcome.Frame)
        {
            return Ignore($"bad handshake: {frames.Describe(outcome)}");
        }

        try
        {
            return Judge(PeerHello.Parser.ParseFrom(body.Span), options, isRemoved);
        }
        catch (InvalidProtocolBufferException e)
        {
            return Ignore($"bad handshake: {e.Message}");
        }
    }

    private static PeerAcceptance Judge(PeerHello hello, TcpPeerTransportOptions options, Func<ulong, bool> isRemoved)
    {
        (HelloOutcome outcome, string? refusal) = hello switch
        {
            { Version: not FrameFormat.Version } => (
                HelloOutcome.HelloWrongVersion, $"it speaks peer protocol {hello.Version}, this node {FrameFormat.Version}"),

            // Asked by a node that does not know yet who it is, nor which cluster this is.
            { Lane: Lane.Members } => (HelloOutcome.HelloAccepted, null),
            _ when hello.ClusterId != options.ClusterId => (
                HelloOutcome.HelloWrongCluster,
                $"member {hello.From:x} belongs to cluster {hello.ClusterId:x}, this node to {options.ClusterId:x}"),
            _ when hello.To != options.NodeId => (
                HelloOutcome.HelloWrongNode, $"member {hello.From:x} wants member {hello.To:x}, this node is {options.NodeId:x}"),
            _ when hello.From == 0 || hello.From == options.NodeId => (
                HelloOutcome.HelloWrongNode, $"it claims to be member {hello.From:x}"),
            _ when isRemoved(hello.From) => (
                HelloOutcome.HelloRemoved, $"member {hello.From:x} was removed from the cluster"),
            { Lane: not (Lane.Control or Lane.Append or Lane.Snapshot or Lane.Probe) } => (
                HelloOutcome.HelloWrongVersion, $"member {hello.From:x} asks for unknown lane {(int)hello.Lane}"),
            _ => (HelloOutcome.HelloAccepted, (string?)null),
        };
        PeerWelcome welcome = new()
        {
            Outcome = outcome,
            Version = FrameFormat.Version,
            ClusterId = options.ClusterId,
            NodeId = options.NodeId,
            SnapshotFiles = options.SnapshotFiles,
            AnswersProbes = true,
        };
        if (hello.Lane == Lane.Members)
        {
            welcome.Members.Add(options.Members().Select(ToWire));
        }

        return new PeerAcceptance(hello, FrameFormat.Wrap(welcome.ToByteArray()), refusal);
    }

    private static PeerMember ToWire(ClusterMember member)
    {
        PeerMember wire = new() { Id = member.Id, Name = member.Name, IsLearner = member.IsLearner };
        wire.PeerUrls.Add(member.PeerUrls);
        return wire;
    }

    private static PeerAcceptance Ignore(string why) => new(null, null, why);

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7F and not (byte)'"' ? ((char)value).ToString() : $"\\x{value:x2}");
        }

        return text.ToString();
    }
}
