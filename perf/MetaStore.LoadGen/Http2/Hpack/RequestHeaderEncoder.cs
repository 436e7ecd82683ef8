using System.Text;

namespace MetaStore.LoadGen.Http2.Hpack;

/// <summary>Header blocks of requests: the first one fills the server's table, the others are a few index bytes.</summary>
/// <remarks>
/// Entries are only ever added, by a block that is sent before every block that refers to it, so both sides have the same state.
/// One per connection. Source: RFC 7541 §6.1, §6.2.1, §6.2.2.
/// </remarks>
internal sealed class RequestHeaderEncoder
{
    private const int StaticEntries = 61;
    private const int Authority = 1;
    private const int Path = 4;
    private const int ContentType = 31;
    private const int UserAgent = 58;
    private const byte MethodPost = 0x80 | 3;
    private const byte SchemeHttp = 0x80 | 6;
    private const byte SchemeHttps = 0x80 | 7;

    private readonly string _authority;
    private readonly string? _token;
    private readonly byte _scheme;
    private readonly bool _indexing;
    private readonly List<(string Name, string Value)> _table = [];
    private readonly Dictionary<string, byte[]> _blocks = [];

    /// <summary>Makes an encoder.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="tableBytes">The server's table; below the default nothing is put into it.</param>
    /// <param name="token">Sent as metadata; null for none.</param>
    /// <param name="isTls">The scheme is https.</param>
    public RequestHeaderEncoder(string authority, int tableBytes, string? token = null, bool isTls = false)
    {
        _scheme = isTls ? SchemeHttps : SchemeHttp;
        _token = token;
        _authority = authority;
        _indexing = tableBytes >= Http2Wire.DefaultHeaderTableBytes;
    }

    /// <summary>The block of a call to <paramref name="path"/>. Must be sent once for each call of this method, in that order.</summary>
    public byte[] Block(string path)
    {
        if (_blocks.TryGetValue(path, out byte[]? known))
        {
            return known;
        }

        int before = _table.Count;
        List<byte> block = [MethodPost, _scheme];
        Write(block, Path, ":path", path);
        Write(block, Authority, ":authority", _authority);
        Write(block, ContentType, "content-type", "application/grpc");
        Write(block, 0, "te", "trailers");
        Write(block, UserAgent, "user-agent", "metaload");
        if (_token is not null)
        {
            Write(block, 0, "token", _token);
        }

        byte[] bytes = [.. block];
        if (_table.Count > before)
        {
            // New entries shift the numbers of the old ones, and the next block can refer to the new ones.
            _blocks.Clear();
        }
        else
        {
            _blocks[path] = bytes;
        }

        return bytes;
    }

    private static void WriteInteger(List<byte> block, byte pattern, int prefixBits, int value)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            block.Add((byte)(pattern | value));
            return;
        }

        block.Add((byte)(pattern | mask));
        for (value -= mask; value >= 0x80; value >>= 7)
        {
            block.Add((byte)(value | 0x80));
        }

        block.Add((byte)value);
    }

    private static void WriteString(List<byte> block, string value)
    {
        WriteInteger(block, 0, 7, value.Length);
        block.AddRange(Encoding.ASCII.GetBytes(value));
    }

    private void Write(List<byte> block, int nameIndex, string name, string value)
    {
        int known = _table.IndexOf((name, value));
        if (known >= 0)
        {
            WriteInteger(block, 0x80, 7, StaticEntries + _table.Count - known);
            return;
        }

        WriteInteger(block, (byte)(_indexing ? 0x40 : 0), _indexing ? 6 : 4, nameIndex);
        if (nameIndex == 0)
        {
            WriteString(block, name);
        }

        WriteString(block, value);
        if (_indexing)
        {
            _table.Add((name, value));
        }
    }
}
