using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Fuzz.Targets;

/// <summary>What comes at the peer port: hello with its proof and stated URLs, welcome, and messages. The first byte says which.</summary>
internal static class HelloTarget
{
    private static readonly PeerSecrets Secrets = new([new byte[32]]);

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        byte[] body = input[1..];
        try
        {
            switch (input[0] % 4)
            {
                case 0:
                    Greet(PeerHello.Parser.ParseFrom(body));
                    break;
                case 1:
                    PeerSecretProof proof = PeerSecretProof.Parser.ParseFrom(body);
                    if (Secrets.Accepts(PeerProof.OfDialler(new PeerHello(), new byte[PeerProof.NonceBytes], []), proof.Proof.Span))
                    {
                        throw new InvalidOperationException("a proof was guessed");
                    }

                    break;
                case 2:
                    _ = PeerProof.OfListener(new PeerHello(), [], [], PeerWelcome.Parser.ParseFrom(body).ToByteArray());
                    break;
                default:
                    _ = MessageDecoder.TryDecode(body, out _);
                    break;
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Refused.
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        PeerHello hello = new() { Version = 1, ClusterId = 7, From = 2, To = 1, Lane = Lane.Control, Dial = 5 };
        StatedUrls.State(hello, ["https://n2.example:2380", "http://10.0.0.2:2380"]);
        StatedUrls.SetNonce(hello);
        yield return [0, .. hello.ToByteArray()];
        yield return [1, .. new PeerSecretProof { Proof = ByteString.CopyFrom(new byte[32]) }.ToByteArray()];
        PeerWelcome welcome = new() { Outcome = HelloOutcome.HelloAccepted, Version = 1, ClusterId = 7, NodeId = 1, SnapshotFiles = "rocksdb/1 7.8.3", AnswersProbes = true };
        welcome.Members.Add(new PeerMember { Id = 1, Name = "n1", PeerUrls = { "http://n1:2380" } });
        yield return [2, .. welcome.ToByteArray()];
        PeerMessage append = new() { Type = PeerMessageType.PeerAppendEntries, To = 1, From = 2, Term = 3, LogTerm = 3, Index = 9, Commit = 8, Entries = { new LogEntry { Term = 3, Index = 10, Data = ByteString.CopyFromUtf8("data") } } };
        yield return [3, .. append.ToByteArray()];
        PeerMessage install = new() { Type = PeerMessageType.PeerInstallSnapshot, To = 1, From = 2, Term = 3, Snapshot = new SnapshotPoint { Index = 5, Term = 2, Voters = { 1, 2, 3 } } };
        yield return [3, .. install.ToByteArray()];
    }

    private static void Greet(PeerHello hello)
    {
        foreach (bool hasSecret in (bool[])[false, true])
        {
            foreach (Uri url in StatedUrls.Read(hello, hasSecret, isProvenByTls: true))
            {
                _ = url.IdnHost + url.Port;
            }
        }

        _ = PeerProof.OfDialler(hello, new byte[PeerProof.NonceBytes], []);
    }
}
