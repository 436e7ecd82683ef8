namespace MetaStore.LoadGen.Http2.Hpack;

/// <summary>Caches decoded header blocks by their bytes: a server sends the same few again and again.</summary>
/// <remarks>A date header makes a new block once a second, so the oldest is overwritten. Not thread-safe; one per connection.</remarks>
internal sealed class HeaderBlockCache
{
    private const int Entries = 8;

    private readonly (byte[] Block, ResponseHeaders Headers)[] _entries = new (byte[], ResponseHeaders)[Entries];
    private int _count;
    private int _next;

    /// <summary>The headers of a block, decoded at its first occurrence.</summary>
    public ResponseHeaders Get(ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < _count; i++)
        {
            if (block.SequenceEqual(_entries[i].Block))
            {
                return _entries[i].Headers;
            }
        }

        ResponseHeaders headers = HpackDecoder.Decode(block);
        _entries[_next] = (block.ToArray(), headers);
        _next = (_next + 1) % Entries;
        _count = Math.Max(_count, _next == 0 ? Entries : _next);
        return headers;
    }
}
