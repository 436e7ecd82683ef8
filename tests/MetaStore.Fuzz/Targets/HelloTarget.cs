using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Fuzz.Targets;

/// <summary>The messages before a peer connection is trusted: hello with its stated URLs, proof, welcome. The first byte says which.</summary>
internal static class HelloTarget
{
    private static readonly PeerSecrets Secrets = new([new byte[32]]);

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] body = input[1..];
        try
        {
            switch (input[0] % 3)
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
                default:
                    _ = PeerProof.OfListener(new PeerHello(), [], [], PeerWelcome.Parser.ParseFrom(body).ToByteArray());
                    break;
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }

        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        yield return [0, .. Stating("https://n2.example:2380", "http://10.0.0.2:2380").ToByteArray()];
        yield return [0, .. Stating("https://n2.example:2380", "https://[fd00::2]:2380").ToByteArray()];
        yield return [1, .. new PeerSecretProof { Proof = ByteString.CopyFrom(new byte[32]) }.ToByteArray()];
        PeerWelcome welcome = new() { Outcome = HelloOutcome.HelloAccepted, Version = 1, ClusterId = 7, NodeId = 1, SnapshotFiles = "rocksdb/1 7.8.3", AnswersProbes = true };
        welcome.Members.Add(new PeerMember { Id = 1, Name = "n1", PeerUrls = { "http://n1:2380" } });
        yield return [2, .. welcome.ToByteArray()];
    }

    private static PeerHello Stating(params string[] urls)
    {
        PeerHello hello = new() { Version = 1, ClusterId = 7, From = 2, To = 1, Lane = Lane.Control, Dial = 5 };
        StatedUrls.State(hello, urls);
        StatedUrls.SetNonce(hello);
        return hello;
    }

    private static void Greet(PeerHello hello)
    {
        _ = PeerProof.OfDialler(hello, new byte[PeerProof.NonceBytes], []);
        ReadUrls(hello, hasSecret: false);
        ReadUrls(hello, hasSecret: true);

        // No change of the URLs gets past the nonce, which is a hash of them.
        StatedUrls.SetNonce(hello);
        ReadUrls(hello, hasSecret: true);
    }

    private static void ReadUrls(PeerHello hello, bool hasSecret)
    {
        IReadOnlyList<Uri> urls = StatedUrls.Read(hello, hasSecret, isProvenByTls: true);
        foreach (Uri url in urls)
        {
            // As a dialler uses it.
            _ = url.IdnHost + url.Port;
        }

        if (urls.Count > StatedUrls.Max || (urls.Count > 0 && !StatedUrls.Read(Stating([.. hello.PeerUrls]), hasSecret, isProvenByTls: true).SequenceEqual(urls)))
        {
            throw new InvalidOperationException("URLs that were read are too many, or not read again");
        }
    }
}
