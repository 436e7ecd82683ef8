using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace MetaStore.Cli.Words;

/// <summary>
/// Arguments of arbitrary bytes as strings: UTF-8 is decoded, any other byte becomes the lone surrogate U+DC00 + byte, which does not occur in text.
/// Both directions are lossless, so that a key that is not text passes through a string parser.
/// </summary>
/// <remarks>Source: Python's PEP 383, "surrogateescape".</remarks>
internal static class ByteWords
{
    private const char First = '\udc80';
    private const char Last = '\udcff';
    private const int Base = 0xdc00;

    /// <summary>The string for some bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            var length = 1;
            if (bytes[0] < 0x80)
            {
                text.Append((char)bytes[0]);
            }
            else if (Rune.DecodeFromUtf8(bytes, out var rune, out length) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
            else
            {
                text.Append((char)(Base + bytes[0]));
                length = 1;
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a string; other lone surrogates become U+FFFD.</summary>
    public static ByteString BytesOf(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange(First, Last) < 0)
        {
            return ByteString.CopyFromUtf8(text);
        }

        var bytes = new List<byte>(text.Length * 2);
        Span<byte> encoded = stackalloc byte[4];
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            var isRune = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (!isRune && rest[0] is >= First and <= Last)
            {
                bytes.Add((byte)(rest[0] - Base));
            }
            else
            {
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            }

            rest = rest[length..];
        }

        return ByteString.CopyFrom([.. bytes]);
    }
}
