using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MetaStore.Protocol.Peer;

namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>The peer URLs that a dialler states in its hello: where it can be reached when the listener's list of members is older than its own.</summary>
/// <remarks>
/// They are read only from a hello that proves who it is from. With a secret the nonce of the hello, which the proof covers, is a hash of them; with TLS
/// alone they come over a connection whose certificate was checked. See docs/adr/0047-peer-urls-in-the-hello.md.
/// </remarks>
internal static class StatedUrls
{
    /// <summary>More are not stated, and not read.</summary>
    public const int Max = 4;

    /// <summary>Characters of all together; a hello has to fit into what a listener reads before it knows the dialler.</summary>
    public const int CharactersMax = 512;

    private const int SaltBytes = 32;

    private static ReadOnlySpan<byte> Label => "metastore peer urls 1\0"u8;

    /// <summary>Puts the URLs into a hello; none when they are too many or too long.</summary>
    public static void State(PeerHello hello, IReadOnlyList<string> urls)
    {
        if (urls.Count is > 0 and <= Max && urls.Sum(url => url.Length) <= CharactersMax)
        {
            hello.PeerUrls.Add(urls);
        }
    }

    /// <summary>Gives the hello its nonce: random, and where URLs are stated a hash of them and of a random salt.</summary>
    public static void SetNonce(PeerHello hello)
    {
        if (hello.PeerUrls.Count == 0)
        {
            hello.Nonce = ByteString.CopyFrom(PeerProof.NewNonce());
            return;
        }

        hello.UrlsSalt = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(SaltBytes));
        hello.Nonce = ByteString.CopyFrom(NonceOf(hello));
    }

    /// <summary>The URLs that are worth dialling.</summary>
    /// <param name="hello">Of a known member. Where there is a secret its proof was checked.</param>
    /// <param name="hasSecret">Whether the dialler has proved the secret, and the member at a URL will have to.</param>
    /// <param name="isProvenByTls">Whether a certificate proved that the dialler is a member.</param>
    /// <returns>Empty when nothing proves them, or one is not a peer URL.</returns>
    public static IReadOnlyList<Uri> Read(PeerHello hello, bool hasSecret, bool isProvenByTls)
    {
        bool isProven = hasSecret
            ? hello.UrlsSalt.Length == SaltBytes && CryptographicOperations.FixedTimeEquals(NonceOf(hello), hello.Nonce.Span)
            : isProvenByTls;
        if (!isProven || hello.PeerUrls.Count is 0 or > Max || hello.PeerUrls.Sum(url => url.Length) > CharactersMax)
        {
            return [];
        }

        var urls = new List<Uri>(hello.PeerUrls.Count);
        foreach (string text in hello.PeerUrls)
        {
            // Without a secret only a certificate proves who is reached.
            if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || !IsPeerUrl(url) || (!hasSecret && url.Scheme != Uri.UriSchemeHttps))
            {
                return [];
            }

            urls.Add(url);
        }

        return urls;
    }

    private static bool IsPeerUrl(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0 && url.PathAndQuery == "/" && url.UserInfo.Length == 0 && url.Port > 0;

    private static byte[] NonceOf(PeerHello hello)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Label);
        hash.AppendData(hello.UrlsSalt.Span);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string url in hello.PeerUrls)
        {
            byte[] text = Encoding.UTF8.GetBytes(url);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            hash.AppendData(length);
            hash.AppendData(text);
        }

        return hash.GetHashAndReset();
    }
}
