using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace MetaStore.Server.Services.Concurrency;

/// <summary>Builds lock and election keys from names.</summary>
internal static class KeyBytes
{
    public static ByteString Append(this ByteString bytes, ReadOnlySpan<byte> more) => ByteString.CopyFrom([.. bytes.Span, .. more]);

    /// <summary>Appends a lease ID as etcd writes it: lower-case hexadecimal without padding.</summary>
    public static ByteString ConcatHex(this ByteString bytes, long lease) =>
        bytes.Append(Encoding.ASCII.GetBytes(lease.ToString("x", CultureInfo.InvariantCulture)));

    /// <summary>The first key after all keys with this prefix, which ends with a slash.</summary>
    public static ByteString PrefixEnd(this ByteString prefix) => ByteString.CopyFrom([.. prefix.Span[..^1], (byte)(prefix[^1] + 1)]);
}
