namespace MetaStore.Engines;

/// <summary>Ordered bytes in named buckets, written by one thread in atomic batches and read by many from consistent views.</summary>
/// <remarks>
/// Durability: a commit alone gives none. The content is made durable by <see cref="WriteCheckpoint"/> (or by the engine's own
/// flush, see <see cref="IDurableEngine"/>); everything newer is replayed from the Raft log. Source: ADR 0004, ADR 0005.
/// </remarks>
public interface IStorageEngine : IDisposable
{
    /// <summary>Name as in the configuration: "memory" or "rocksdb".</summary>
    string Name { get; }

    /// <summary>Bytes of keys and values, for dbSizeInUse; cheap.</summary>
    long SizeInUse { get; }

    /// <summary>Bytes allocated for them, for dbSize; cheap, never below <see cref="SizeInUse"/>.</summary>
    long SizeAllocated { get; }

    /// <summary>Applies a batch atomically: a view opened before sees none of it, a view opened after sees all.</summary>
    /// <remarks>Thread: one writer. The batch may be cleared and reused afterwards.</remarks>
    void Commit(WriteBatch batch);

    /// <summary>Opens a consistent view of everything committed so far. Cheap; never blocks the writer. Dispose it.</summary>
    IReadView OpenView();

    /// <summary>Writes the content of <paramref name="view"/> as one portable stream that <see cref="Load"/> reads.</summary>
    /// <remarks>May run on any thread while the writer continues. The stream carries its own checksums.</remarks>
    void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation);

    /// <summary>Replaces the whole content by a checkpoint. Throws <see cref="EngineException"/> when it is damaged; then nothing changed.</summary>
    /// <param name="source">Positioned at the checkpoint's first byte.</param>
    /// <param name="cancellation">Checked from time to time.</param>
    /// <param name="accept">Checks the new content before it takes effect; an exception keeps the old one. Null = no check.</param>
    void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null);
}
