namespace MetaStore.Server.Listening.Http2;

/// <summary>Decodes HPACK's Huffman code (RFC 7541, appendix B) for the symbols of hosts, ports and URLs.</summary>
internal static class HuffmanHost
{
    private const int BitsMax = 13;

    /// <summary>Codes of one length are consecutive; the symbols are in that order, and omitted ones do not occur in a host.</summary>
    private static readonly (int Bits, int First, string Symbols)[] Codes =
    [
        (5, 0x0, "012aceiost"),
        (6, 0x14, " %-./3456789=A_bdfghlmnpru"),
        (7, 0x5C, ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz"),
        (8, 0xF8, "&*,;XZ"),
        (13, 0x1FFB, "[]"),
    ];

    /// <summary>The text, or null when it has a symbol that does not occur in a host, or wrong padding.</summary>
    internal static byte[]? Decode(ReadOnlySpan<byte> coded)
    {
        var text = new List<byte>(coded.Length * 2);
        var (code, bits) = (0, 0);
        for (var at = 0; at < coded.Length * 8; at++)
        {
            code = (code << 1) | ((coded[at / 8] >> (7 - (at % 8))) & 1);
            bits++;
            if (SymbolOf(code, bits) is { } symbol)
            {
                text.Add((byte)symbol);
                (code, bits) = (0, 0);
            }
            else if (bits == BitsMax)
            {
                return null;
            }
        }

        // The padding is a prefix of the code of all ones, shorter than a byte.
        return bits < 8 && code == (1 << bits) - 1 ? [.. text] : null;
    }

    private static char? SymbolOf(int code, int bits)
    {
        foreach (var (length, first, symbols) in Codes)
        {
            if (length == bits && code >= first && code < first + symbols.Length)
            {
                return symbols[code - first];
            }
        }

        return null;
    }
}
