using MetaStore.Engines;
using MetaStore.Engines.Memory;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>The memory engine as if it had files: what was flushed last is durable.</summary>
internal sealed class FlushedEngine : IDurableEngine
{
    private readonly MemoryEngine _inner = new();
    private IReadView? _durable;

    /// <summary>Called in place of a flush; null makes everything durable.</summary>
    public Action? OnFlush { get; set; }

    public int Flushes { get; private set; }

    public long SizeInUse { get; set; }

    public string Name => "flushed";

    public long SizeAllocated => SizeInUse;

    public Action<EngineException>? Failed { get; set; }

    public long RoomNeeded => 0;

    public byte[]? ReadDurable(Bucket bucket, ReadOnlySpan<byte> key) =>
        _durable is not null && _durable.TryGet(bucket, key, out ReadOnlyMemory<byte> value) ? value.ToArray() : null;

    public void Flush()
    {
        Flushes++;
        if (OnFlush is { } hook)
        {
            hook();
        }
        else
        {
            MakeDurable();
        }
    }

    /// <summary>The engine flushes by itself.</summary>
    public void MakeDurable() => _durable = _inner.OpenView();

    public void Compact(CancellationToken cancellation) => throw new NotSupportedException();

    public IReadOnlyList<EngineMetric> Metrics() => [];

    public void Commit(WriteBatch batch) => _inner.Commit(batch);

    public IReadView OpenView() => _inner.OpenView();

    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation) => _inner.WriteCheckpoint(view, target, cancellation);

    public void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null)
    {
        _inner.Load(source, cancellation, accept);
        MakeDurable();
    }

    public void Dispose() => _inner.Dispose();
}
