using System.Buffers;
using System.IO.Pipelines;

namespace MetaStore.Server.Calls.Responses;

/// <summary>A large response in chunks of ordinary memory, which are sent only as fast as the client reads them.</summary>
/// <remarks>
/// Written to the connection's pipe as a whole it would stay there in blocks of a pool that keeps them for long. One writer, then one reader.
/// </remarks>
internal sealed class MessageParts : IBufferWriter<byte>
{
    /// <summary>Messages up to this size are written as a whole.</summary>
    public const int WholeBytes = 256 << 10;

    /// <summary>Below the size of large objects, which are collected rarely. Parts grow to it, so that a small message costs little.</summary>
    private const int PartBytes = 64 << 10;
    private const int FirstPartBytes = 512;

    private readonly List<byte[]?> _full = [];
    private readonly List<int> _lengths = [];
    private byte[] _open = [];
    private int _used;
    private int _partBytes = FirstPartBytes;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _open.AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _open.AsSpan(_used);
    }

    /// <summary>Writes everything, waiting for the client as needed, and releases each chunk after writing it.</summary>
    /// <returns>False when the client has disconnected.</returns>
    public async ValueTask<bool> WriteToAsync(PipeWriter target, CancellationToken cancellationToken = default)
    {
        Close();
        var unflushed = 0;
        for (var i = 0; i < _full.Count; i++)
        {
            target.Write(_full[i].AsSpan(0, _lengths[i]));
            unflushed += _lengths[i];
            _full[i] = null;
            if (unflushed >= WholeBytes || i == _full.Count - 1)
            {
                var flushed = await target.FlushAsync(cancellationToken);
                unflushed = 0;
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Copies everything. Nothing may have been sent.</summary>
    public void CopyTo(IBufferWriter<byte> target)
    {
        Close();
        for (var i = 0; i < _full.Count; i++)
        {
            target.Write(_full[i].AsSpan(0, _lengths[i]));
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_open.Length - _used < Math.Max(sizeHint, 1))
        {
            Close();
            _open = GC.AllocateUninitializedArray<byte>(Math.Max(sizeHint, _partBytes));
            _partBytes = Math.Min(2 * _partBytes, PartBytes);
        }
    }

    private void Close()
    {
        if (_used > 0)
        {
            _full.Add(_open);
            _lengths.Add(_used);
        }

        _open = [];
        _used = 0;
    }
}
