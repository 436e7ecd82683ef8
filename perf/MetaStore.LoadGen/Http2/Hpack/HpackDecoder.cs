using System.Globalization;
using System.Text;

namespace MetaStore.LoadGen.Http2.Hpack;

/// <summary>Reads header blocks of a server that was requested to use no dynamic table (SETTINGS_HEADER_TABLE_SIZE 0).</summary>
/// <remarks>
/// Without a table every block is self-contained: the same bytes always mean the same headers, which
/// <see cref="HeaderBlockCache"/> relies on. Source: RFC 7541 §6.
/// </remarks>
internal static class HpackDecoder
{
    private const int StaticEntries = 61;
    private const int StaticStatusFirst = 8;

    private static readonly int[] _staticStatus = [200, 204, 206, 304, 400, 404, 500];

    /// <summary>Decodes one complete block.</summary>
    /// <exception cref="Http2ProtocolException">It is malformed or refers to a dynamic table.</exception>
    public static ResponseHeaders Decode(ReadOnlySpan<byte> block)
    {
        int httpStatus = 0;
        int grpcStatus = -1;
        string? grpcMessage = null;
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0x80) != 0)
            {
                int index = ReadInteger(ref block, 7);
                if (index is 0 or > StaticEntries)
                {
                    throw new Http2ProtocolException($"a header block refers to entry {index} of a table that was switched off");
                }

                int status = index - StaticStatusFirst;
                httpStatus = status >= 0 && status < _staticStatus.Length ? _staticStatus[status] : httpStatus;
                continue;
            }

            if ((first & 0xe0) == 0x20)
            {
                // A change of the table's size; there is no table.
                ReadInteger(ref block, 5);
                continue;
            }

            int nameIndex = ReadInteger(ref block, (first & 0x40) != 0 ? 6 : 4);
            if (nameIndex > StaticEntries)
            {
                throw new Http2ProtocolException($"a header's name refers to entry {nameIndex} of a table that was switched off");
            }

            string? name = nameIndex == 0 ? ReadString(ref block) : null;
            string value = ReadString(ref block);
            if (nameIndex >= StaticStatusFirst && nameIndex < StaticStatusFirst + _staticStatus.Length)
            {
                httpStatus = Number(value);
            }

            switch (name)
            {
                case ":status":
                    httpStatus = Number(value);
                    break;
                case "grpc-status":
                    grpcStatus = Number(value);
                    break;
                case "grpc-message":
                    grpcMessage = value;
                    break;
                default:
                    break;
            }
        }

        return new ResponseHeaders(httpStatus, grpcStatus, grpcMessage);
    }

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new Http2ProtocolException($"a status of '{value}' is not a number");

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int mask = (1 << prefixBits) - 1;
        int value = block[0] & mask;
        block = block[1..];
        if (value < mask)
        {
            return value;
        }

        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (block.IsEmpty)
            {
                break;
            }

            byte next = block[0];
            block = block[1..];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw new Http2ProtocolException("an integer of a header block is too long");
    }

    private static string ReadString(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw new Http2ProtocolException("a header block ends before a string");
        }

        bool huffman = (block[0] & 0x80) != 0;
        int length = ReadInteger(ref block, 7);
        if (length > block.Length)
        {
            throw new Http2ProtocolException("a header block ends inside a string");
        }

        ReadOnlySpan<byte> octets = block[..length];
        block = block[length..];
        return huffman ? Encoding.Latin1.GetString(HuffmanCode.Decode(octets)) : Encoding.Latin1.GetString(octets);
    }
}
