using Google.Protobuf;

namespace MetaStore.Client;

/// <summary>
/// A key or a value: any bytes, mostly UTF-8 text. Converts implicitly from text, byte arrays and <see cref="ByteString"/>.
/// </summary>
public readonly struct Bytes : IEquatable<Bytes>
{
    private readonly ByteString? _content;

    /// <summary>Wraps bytes without copying them.</summary>
    public Bytes(ByteString content) => _content = content;

    /// <summary>The bytes; empty for <c>default</c>.</summary>
    public ByteString Content => _content ?? ByteString.Empty;

    /// <summary>UTF-8 of a text.</summary>
    public static implicit operator Bytes(string text) => new(ByteString.CopyFromUtf8(text));

    /// <summary>A copy of an array.</summary>
    public static implicit operator Bytes(byte[] bytes) => new(ByteString.CopyFrom(bytes));

    /// <summary>The same bytes.</summary>
    public static implicit operator Bytes(ByteString bytes) => new(bytes);

    /// <summary>Equal content.</summary>
    public static bool operator ==(Bytes left, Bytes right) => left.Equals(right);

    /// <summary>Different content.</summary>
    public static bool operator !=(Bytes left, Bytes right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Bytes other) => Content.Equals(other.Content);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Bytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Content.GetHashCode();

    /// <summary>The content read as UTF-8.</summary>
    public override string ToString() => Content.ToStringUtf8();
}
