namespace MetaStore.Engines;

/// <summary>Ordered bytes in named buckets, written by one thread in atomic batches and read by many from consistent views.</summary>
/// <remarks>
/// Durability: an engine promises none by itself. What it holds is made durable by <see cref="WriteCheckpoint"/> (or by the engine's own
/// flush, see <see cref="IDurableEngine"/>); everything newer is replayed from the Raft log. Source: ADR 0004, ADR 0005.
/// </remarks>
public interface IStorageEngine : IDisposable
{
    /// <summary>Name as in the configuration: "memory" or "rocksdb".</summary>
    string Name { get; }

    /// <summary>Bytes of keys and values held, for dbSizeInUse; cheap.</summary>
    long SizeInUse { get; }

    /// <summary>Bytes allocated for them, for dbSize; cheap, never below <see cref="SizeInUse"/>.</summary>
    long SizeAllocated { get; }

    /// <summary>Applies a batch atomically: a view opened before sees none of it, a view opened after sees all.</summary>
    /// <remarks>Thread: one writer. The batch may be cleared and reused afterwards.</remarks>
    void Commit(WriteBatch batch);

    /// <summary>Opens a consistent view of everything committed so far. Cheap; never blocks the writer. Dispose it.</summary>
    IReadView OpenView();

    /// <summary>Writes the content of <paramref name="view"/> as one portable stream that <see cref="Load"/> reads back.</summary>
    /// <remarks>May run on any thread while the writer goes on. The stream carries its own checksums.</remarks>
    void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation);

    /// <summary>Replaces the whole content by a checkpoint. Throws <see cref="EngineException"/> when it is damaged; then nothing changed.</summary>
    /// <param name="source">Stands at the checkpoint's first byte.</param>
    /// <param name="cancellation">Looked at now and then.</param>
    /// <param name="accept">Looks at the new content before it counts; what it throws leaves the old one. Null = nobody looks.</param>
    void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null);
}
