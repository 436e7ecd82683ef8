namespace MetaStore.Engines;

/// <summary>An immutable view of an engine at one commit.</summary>
/// <remarks>One thread at a time. Spans and memories it returns are valid until the view is disposed.</remarks>
public interface IReadView : IDisposable
{
    /// <summary>Looks one key up.</summary>
    bool TryGet(Bucket bucket, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value);

    /// <summary>Walks [from, to) ascending, or descending from the last key below <paramref name="to"/>.</summary>
    /// <param name="bucket">Bucket to read.</param>
    /// <param name="from">First key, inclusive; empty = the beginning.</param>
    /// <param name="to">End, exclusive; empty = the end of the bucket.</param>
    /// <param name="descending">Direction.</param>
    IEngineCursor Seek(Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false);
}

/// <summary>A position in a walk; starts before the first entry.</summary>
public interface IEngineCursor : IDisposable
{
    /// <summary>Key at the position; valid until the next move.</summary>
    ReadOnlyMemory<byte> Key { get; }

    /// <summary>Value at the position; valid until the view is disposed (memory) or the next move (others).</summary>
    ReadOnlyMemory<byte> Value { get; }

    /// <summary>Moves to the next entry; false at the end.</summary>
    bool MoveNext();
}
