using System.Buffers.Binary;
using System.Security.Cryptography;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Auth.Tokens;

/// <summary>SHA-256 of the random part of a token: all that is stored of it.</summary>
public readonly record struct TokenDigest(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    /// <summary>Bytes.</summary>
    public const int Size = 32;

    /// <summary>Of a token's random part.</summary>
    public static TokenDigest Of(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(secret, hash);
        return Read(hash);
    }

    /// <summary>Big-endian.</summary>
    internal static TokenDigest Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    internal static TokenDigest Read(ref CommandReader reader) => Read(reader.Raw(Size));

    internal void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, First);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Second);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], Third);
        BinaryPrimitives.WriteUInt64BigEndian(target[24..], Fourth);
    }

    internal void Write(ref CommandWriter writer) => Write(writer.Raw(Size));

    internal int CompareTo(in TokenDigest other) => (First, Second, Third, Fourth).CompareTo((other.First, other.Second, other.Third, other.Fourth));
}
