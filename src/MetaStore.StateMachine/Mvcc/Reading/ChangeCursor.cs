using MetaStore.Engines;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>A walk through the stored changes in the order they were made. Dispose it before the read it came from.</summary>
public sealed class ChangeCursor : IDisposable
{
    private readonly IEngineCursor _cursor;
    private readonly long _last;

    internal ChangeCursor(IReadView view, long from, long last)
    {
        Span<byte> begin = stackalloc byte[RevisionKey.Size];
        RevisionKey.Write(begin, from, 0, tombstone: false);
        _cursor = view.Seek(Bucket.Revisions, begin, default);
        _last = last;
    }

    /// <summary>Revision at the position.</summary>
    public long Revision { get; private set; }

    /// <summary>Order inside the revision.</summary>
    public int Sub { get; private set; }

    /// <summary>The change is a delete.</summary>
    public bool IsDelete { get; private set; }

    /// <summary>The key that was changed; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => KeyValueCodec.KeyOf(_cursor.Value.Span);

    /// <summary>Moves to the next change; false after the revision of the read.</summary>
    /// <exception cref="EngineException">The engine holds a key that is not a revision.</exception>
    public bool MoveNext()
    {
        if (!_cursor.MoveNext())
        {
            return false;
        }

        if (!RevisionKey.TryDecode(_cursor.Key.Span, out var main, out var sub, out var tombstone))
        {
            throw new EngineException("A key in the bucket of revisions is not a revision.");
        }

        (Revision, Sub, IsDelete) = (main, sub, tombstone);
        return main <= _last;
    }

    /// <summary>The change with a copy of its record, which may be kept.</summary>
    public RevisionRecord Copy() => new(Revision, Sub, IsDelete, _cursor.Value.ToArray());

    /// <inheritdoc/>
    public void Dispose() => _cursor.Dispose();
}
