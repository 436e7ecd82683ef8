namespace MetaStore.LoadGen.Http2.Hpack;

/// <summary>Decodes HPACK's Huffman code (RFC 7541, Appendix B).</summary>
/// <remarks>The code is canonical, so the lengths alone determine it; symbols of one length are numbered in order.</remarks>
internal static class HuffmanCode
{
    private const int EndOfString = 256;
    private const int LengthMax = 30;

    private static readonly byte[] _lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly short[] _symbols = SymbolsByCode();
    private static readonly int[] _firstCode = new int[LengthMax + 1];
    private static readonly int[] _firstSymbol = new int[LengthMax + 1];
    private static readonly int[] _count = new int[LengthMax + 1];

    static HuffmanCode()
    {
        foreach (byte length in _lengths)
        {
            _count[length]++;
        }

        int code = 0;
        int symbol = 0;
        for (int length = 1; length <= LengthMax; length++)
        {
            code = (code + _count[length - 1]) << 1;
            _firstCode[length] = code;
            _firstSymbol[length] = symbol;
            symbol += _count[length];
        }
    }

    /// <summary>Decodes a string literal.</summary>
    /// <exception cref="Http2ProtocolException">It contains the end-of-string symbol or bad padding.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        List<byte> decoded = new(encoded.Length * 2);
        int code = 0;
        int length = 0;
        foreach (byte octet in encoded)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((octet >> bit) & 1);
                length++;
                if (length > LengthMax)
                {
                    throw new Http2ProtocolException("a Huffman code of a header does not exist");
                }

                int offset = code - _firstCode[length];
                if (offset >= 0 && offset < _count[length])
                {
                    int symbol = _symbols[_firstSymbol[length] + offset];
                    if (symbol == EndOfString)
                    {
                        throw new Http2ProtocolException("a Huffman coded header contains the end-of-string symbol");
                    }

                    decoded.Add((byte)symbol);
                    code = 0;
                    length = 0;
                }
            }
        }

        // What is left over must be the start of the end-of-string code: up to seven ones.
        if (length > 7 || code != (1 << length) - 1)
        {
            throw new Http2ProtocolException("a Huffman coded header has wrong padding");
        }

        return [.. decoded];
    }

    private static short[] SymbolsByCode() =>
        [.. Enumerable.Range(0, _lengths.Length).OrderBy(symbol => _lengths[symbol]).ThenBy(symbol => symbol).Select(symbol => (short)symbol)];
}
