using MetaStore.IO;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>The state inside a container, chunk by chunk.</summary>
internal sealed class SnapshotBodyStream : Stream
{
    private readonly IDiskFile _file;
    private readonly SnapshotContainerReader _reader;
    private ReadOnlyMemory<byte> _rest;
    private bool _ended;

    /// <param name="file">The container; disposed with the stream.</param>
    internal SnapshotBodyStream(IDiskFile file)
    {
        _file = file;
        try
        {
            _reader = new SnapshotContainerReader(file, hash: null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Kind of content.</summary>
    internal SnapshotBody Kind => _reader.Header.Body;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens the bodies of a kind; those of another kind are closed again, and files that are no longer there are left out.</summary>
    internal static IEnumerable<SnapshotBodyStream> OpenAll(IDisk disk, IReadOnlyList<string> paths, SnapshotBody kind)
    {
        foreach (var path in paths)
        {
            SnapshotBodyStream body;
            try
            {
                body = new SnapshotBodyStream(disk.Open(path, DiskOpenMode.Read));
            }
            catch (FileNotFoundException)
            {
                // Deleted meanwhile.
                continue;
            }

            if (body.Kind == kind)
            {
                yield return body;
            }
            else
            {
                body.Dispose();
            }
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_rest.IsEmpty && !_ended)
        {
            _ended = !_reader.TryReadChunk(out _rest);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered for writing.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
