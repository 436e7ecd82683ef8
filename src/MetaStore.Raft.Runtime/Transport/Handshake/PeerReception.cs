using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>The listener's side of a handshake until the hello is read and the dialler has proved what it must. One thread, blocking.</summary>
/// <param name="link">The connection.</param>
/// <param name="remote">The other side.</param>
/// <param name="security">What is demanded.</param>
/// <param name="deadline">For all of it.</param>
internal sealed class PeerReception(PeerLink link, IPAddress remote, PeerSecurity security, HandshakeDeadline deadline)
{
    private const int ProofBytesMax = 64;

    private readonly PeerSecrets? _secrets = security.Secrets?.Invoke();
    private PeerHello? _hello;
    private byte[] _nonce = [];

    /// <summary>Makes TLS where the port has it, reads the hello and checks the proof of the secret.</summary>
    /// <returns>Either of the two.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="PeerLinkException">So did TLS.</exception>
    public (PeerHello? Hello, Refusal? Refusal) Read()
    {
        try
        {
            if (security.ListensWithTls && WhyNoTls() is { } withoutTls)
            {
                return (null, withoutTls);
            }

            HelloReader reader = new(link, deadline);
            (_hello, Refusal? refusal) = reader.Read();
            if (_hello is not null && _secrets is not null)
            {
                refusal = WhyUnproven(reader, _hello, _secrets);
            }

            return refusal is null ? (_hello, null) : (null, refusal);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return (null, HelloReader.TooLate(deadline));
        }
        finally
        {
            link.LiftDeadline();
        }
    }

    /// <summary>The peer URLs that the dialler states, and that its proof covers.</summary>
    public IReadOnlyList<Uri> StatedUrls() => Security.StatedUrls.Read(_hello!, _secrets is not null, link.ProvesPeer);

    /// <summary>The welcome as it is sent, with the listener's own proof where there is a secret.</summary>
    public byte[] Frames(PeerWelcome welcome)
    {
        byte[] body = welcome.ToByteArray();
        if (_secrets is null)
        {
            return FrameFormat.Wrap(body);
        }

        PeerSecretProof proof = new() { Proof = ByteString.CopyFrom(_secrets.Prove(PeerProof.OfListener(_hello!, _nonce, link.Binding.Span, body))) };
        return [.. FrameFormat.Wrap(body), .. FrameFormat.Wrap(proof.ToByteArray())];
    }

    private Refusal? WhyNoTls()
    {
        // Looked at before TLS is made: a connection that says nothing costs nothing, and cleartext gets a reason of its own.
        Span<byte> first = stackalloc byte[1];
        deadline.Arm(link.Socket);
        if (link.Socket.Receive(first, SocketFlags.Peek) == 0)
        {
            return new Refusal(RefusalKind.Handshake, "the connection was closed before the end of the handshake");
        }

        if (first[0] != HelloReader.TlsHandshake)
        {
            return new Refusal(RefusalKind.Tls, "it speaks cleartext, and listen-peer-urls of this member is https");
        }

        return link.Accept(security.Tls!, remote, deadline) is { } why ? new Refusal(RefusalKind.Tls, why) : null;
    }

    private Refusal? WhyUnproven(HelloReader reader, PeerHello hello, PeerSecrets secrets)
    {
        if (hello.Nonce.Length != PeerProof.NonceBytes)
        {
            return Unproven("it has no peer secret");
        }

        _nonce = PeerProof.NewNonce();
        PeerWelcome demand = new() { Outcome = HelloOutcome.HelloProve, Version = FrameFormat.Version, Nonce = ByteString.CopyFrom(_nonce) };
        link.SendAll(FrameFormat.Wrap(demand.ToByteArray()));
        (PeerSecretProof? proof, Refusal? unreadable) = reader.ReadMessage(PeerSecretProof.Parser, ProofBytesMax);
        if (proof is null)
        {
            return unreadable;
        }

        return secrets.Accepts(PeerProof.OfDialler(hello, _nonce, link.Binding.Span), proof.Proof.Span)
            ? null
            : Unproven("it does not have the peer secret of this member");
    }

    private Refusal Unproven(string why)
    {
        link.SendAll(FrameFormat.Wrap(new PeerWelcome { Outcome = HelloOutcome.HelloUnproven, Version = FrameFormat.Version }.ToByteArray()));
        return new Refusal(RefusalKind.Proof, why);
    }
}
