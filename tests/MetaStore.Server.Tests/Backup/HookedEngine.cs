using MetaStore.Engines;
using MetaStore.Engines.Memory;

namespace MetaStore.Server.Tests.Backup;

/// <summary>The memory engine, whose checkpoints a test may cut, delay or let fail.</summary>
internal sealed class HookedEngine : IStorageEngine
{
    private readonly MemoryEngine _inner = new();

    /// <summary>Takes the place of writing a checkpoint; gets its number, from 1, and what would be written.</summary>
    public Action<int, Stream, Action>? OnCheckpoint { get; set; }

    public int Checkpoints { get; private set; }

    /// <summary>Views that are open.</summary>
    public int Views { get; private set; }

    public string Name => _inner.Name;

    public long SizeInUse => _inner.SizeInUse;

    public long SizeAllocated => _inner.SizeAllocated;

    public void Commit(WriteBatch batch) => _inner.Commit(batch);

    public IReadView OpenView()
    {
        Views++;
        return new CountedView(this, _inner.OpenView());
    }

    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation)
    {
        Checkpoints++;
        void Write() => _inner.WriteCheckpoint(((CountedView)view).Inner, target, cancellation);
        if (OnCheckpoint is { } hook)
        {
            hook(Checkpoints, target, Write);
        }
        else
        {
            Write();
        }
    }

    public void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null) => _inner.Load(source, cancellation, accept);

    public void Dispose() => _inner.Dispose();

    private sealed class CountedView(HookedEngine engine, IReadView inner) : IReadView
    {
        public IReadView Inner => inner;

        public bool TryGet(Bucket bucket, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => inner.TryGet(bucket, key, out value);

        public IEngineCursor Seek(Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) => inner.Seek(bucket, from, to, descending);

        public void Dispose()
        {
            engine.Views--;
            inner.Dispose();
        }
    }
}
