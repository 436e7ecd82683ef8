namespace MetaStore.Cli.Words;

/// <summary>Reads lines from a byte stream incrementally: a line is returned as soon as it is complete.</summary>
/// <param name="input">Not disposed.</param>
internal sealed class ByteLines(Stream input)
{
    private readonly byte[] _block = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null at the end of the stream, where an incomplete line is ignored, as in etcdctl.</summary>
    public async ValueTask<byte[]?> NextAsync(CancellationToken cancellation)
    {
        var line = new List<byte>();
        while (true)
        {
            var found = _block.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            line.AddRange(_block.AsSpan(_start, found < 0 ? _end - _start : found));
            if (found >= 0)
            {
                _start += found + 1;
                return [.. line];
            }

            (_start, _end) = (0, await input.ReadAsync(_block, cancellation));
            if (_end == 0)
            {
                return null;
            }
        }
    }
}
