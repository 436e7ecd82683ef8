using System.Buffers.Binary;
using System.Security.Cryptography;
using MetaStore.Protocol.Peer;

namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>What the two sides of a connection prove with the peer secret.</summary>
/// <remarks>
/// Each proof is over both nonces, the hello, the certificate of the listener when there is TLS, and the side that proves: so it holds for one connection, one
/// direction, one lane and one side only. The listener's is also over its welcome, so it cannot be changed on the path. The dialler proves first: a
/// listener says nothing but a random number to one without the secret.
/// </remarks>
internal static class PeerProof
{
    /// <summary>Length of a nonce. Random, so two connections have different ones.</summary>
    public const int NonceBytes = 32;

    private const int FieldsBytes = 3 * sizeof(uint) + 4 * sizeof(ulong);

    private static ReadOnlySpan<byte> Dialler => "metastore peer dialler 1\0"u8;

    private static ReadOnlySpan<byte> Listener => "metastore peer listener 1"u8;

    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>What the dialler proves.</summary>
    /// <param name="hello">With the dialler's nonce.</param>
    /// <param name="nonce">The listener's.</param>
    /// <param name="binding">See <see cref="PeerTlsOutcome.Binding"/>; empty without TLS.</param>
    public static byte[] OfDialler(PeerHello hello, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> binding) => Statement(Dialler, hello, nonce, binding, []);

    /// <summary>What the listener proves.</summary>
    /// <param name="hello">With the dialler's nonce.</param>
    /// <param name="nonce">The listener's.</param>
    /// <param name="binding">See <see cref="PeerTlsOutcome.Binding"/>; empty without TLS.</param>
    /// <param name="welcome">The encoded welcome that is believed by the proof.</param>
    public static byte[] OfListener(PeerHello hello, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> welcome) =>
        Statement(Listener, hello, nonce, binding, SHA256.HashData(welcome));

    /// <summary>Fixed lengths first, then the binding with its length: no two inputs give the same bytes.</summary>
    private static byte[] Statement(ReadOnlySpan<byte> side, PeerHello hello, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> welcome)
    {
        Span<byte> fields = stackalloc byte[FieldsBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(fields, hello.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[4..], (uint)hello.Lane);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[8..], hello.ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[16..], hello.From);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[24..], hello.To);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[32..], hello.Dial);
        BinaryPrimitives.WriteInt32LittleEndian(fields[40..], binding.Length);
        return [.. side, .. hello.Nonce.Span, .. nonce, .. fields, .. binding, .. welcome];
    }
}
