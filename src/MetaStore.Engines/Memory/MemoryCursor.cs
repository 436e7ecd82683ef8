using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Memory;

/// <summary>A walk through one bucket of a version.</summary>
internal sealed class MemoryCursor : IEngineCursor
{
    private OrderedMapCursor<byte[]> _cursor;

    internal MemoryCursor(OrderedMapCursor<byte[]> cursor) => _cursor = cursor;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Key => _cursor.Key;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Value => _cursor.Value;

    /// <inheritdoc/>
    public bool MoveNext() => _cursor.MoveNext();

    /// <summary>No effect: there is nothing to release.</summary>
    public void Dispose()
    {
    }
}
