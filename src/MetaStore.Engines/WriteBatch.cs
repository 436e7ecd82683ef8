using System.Runtime.InteropServices;

namespace MetaStore.Engines;

/// <summary>Puts and deletes that become visible together. Reusable; one thread.</summary>
/// <remarks>
/// Keys and values handed in as <see cref="ReadOnlyMemory{T}"/> are owned by the batch from then on and may be kept by the engine: the
/// caller never writes to them again.
/// </remarks>
public sealed class WriteBatch
{
    private readonly List<Operation> _operations = [];

    /// <summary>One edit; <see cref="IsDelete"/> leaves <see cref="Value"/> empty.</summary>
    public readonly record struct Operation(Bucket Bucket, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, bool IsDelete);

    /// <summary>Edits in the order they were made; a later one on the same key wins.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>The same as <see cref="Operations"/>, for a loop without calls; valid until the next edit.</summary>
    internal ReadOnlySpan<Operation> Edits => CollectionsMarshal.AsSpan(_operations);

    /// <summary>Number of edits.</summary>
    public int Count => _operations.Count;

    /// <summary>Sum of key and value bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Sets a key.</summary>
    public void Put(Bucket bucket, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        _operations.Add(new Operation(bucket, key, value, IsDelete: false));
        Bytes += key.Length + value.Length;
    }

    /// <summary>Removes a key; no effect when it does not exist.</summary>
    public void Delete(Bucket bucket, ReadOnlyMemory<byte> key)
    {
        _operations.Add(new Operation(bucket, key, default, IsDelete: true));
        Bytes += key.Length;
    }

    /// <summary>Removes all edits.</summary>
    public void Clear()
    {
        _operations.Clear();
        Bytes = 0;
    }
}
