using System.Text;
using MetaStore.Engines;
using MetaStore.Engines.Ordered;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>The smallest engine that keeps the contract: one ordered map per bucket. Checks that nobody commits from two threads.</summary>
internal sealed class FakeEngine : IStorageEngine
{
    private readonly OrderedMap<ReadOnlyMemory<byte>>[] _buckets = [.. Enumerable.Range(0, 5).Select(_ => new OrderedMap<ReadOnlyMemory<byte>>())];
    private volatile OrderedMapSnapshot<ReadOnlyMemory<byte>>[] _published = new OrderedMapSnapshot<ReadOnlyMemory<byte>>[5];
    private int _committing;

    public string Name => "fake";

    /// <summary>What the engine says of itself: nothing, so that a test can make it say a lot.</summary>
    public long SizeInUse { get; init; }

    public long SizeAllocated => SizeInUse;

    /// <summary>Batches committed so far.</summary>
    public int Commits { get; private set; }

    /// <summary>Called with every batch before it is taken; throwing keeps the engine as it was.</summary>
    public Action<WriteBatch>? BeforeCommit { get; set; }

    public void Commit(WriteBatch batch)
    {
        Assert.Equal(1, Interlocked.Increment(ref _committing));
        BeforeCommit?.Invoke(batch);
        foreach (var (bucket, key, value, isDelete) in batch.Operations)
        {
            if (isDelete)
            {
                _buckets[(int)bucket].Remove(key.Span);
            }
            else
            {
                _buckets[(int)bucket].Set(key.ToArray(), value.ToArray());
            }
        }

        _published = [.. _buckets.Select(bucket => bucket.Publish())];
        Commits++;
        Interlocked.Decrement(ref _committing);
    }

    public IReadView OpenView() => new View(_published);

    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation)
    {
        using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
        for (var bucket = 0; bucket < 5; bucket++)
        {
            using var cursor = view.Seek((Bucket)bucket, default, default);
            while (cursor.MoveNext())
            {
                writer.Write((byte)(bucket + 1));
                writer.Write(cursor.Key.Length);
                writer.Write(cursor.Key.Span);
                writer.Write(cursor.Value.Length);
                writer.Write(cursor.Value.Span);
            }
        }

        writer.Write((byte)0);
    }

    public void Load(Stream source, CancellationToken cancellation)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        foreach (var bucket in _buckets)
        {
            bucket.Clear();
        }

        for (var bucket = reader.ReadByte(); bucket != 0; bucket = reader.ReadByte())
        {
            var key = reader.ReadBytes(reader.ReadInt32());
            _buckets[bucket - 1].Set(key, reader.ReadBytes(reader.ReadInt32()));
        }

        _published = [.. _buckets.Select(map => map.Publish())];
    }

    /// <summary>The whole content as one checkpoint, to compare two engines byte for byte.</summary>
    public byte[] Dump()
    {
        var stream = new MemoryStream();
        WriteCheckpoint(OpenView(), stream, default);
        return stream.ToArray();
    }

    public FakeEngine Copy(long sizeInUse = 0)
    {
        var copy = new FakeEngine { SizeInUse = sizeInUse };
        copy.Load(new MemoryStream(Dump()), default);
        return copy;
    }

    /// <summary>Records in the bucket of revisions.</summary>
    public int Records => _published[(int)Bucket.Revisions].Count;

    public void Dispose()
    {
    }

    private sealed class View(OrderedMapSnapshot<ReadOnlyMemory<byte>>[] buckets) : IReadView
    {
        private bool _disposed;

        public bool TryGet(Bucket bucket, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return buckets[(int)bucket].TryGet(key, out value);
        }

        public IEngineCursor Seek(Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false)
            => new Cursor(buckets[(int)bucket].Seek(from, to, descending));

        public void Dispose() => _disposed = true;
    }

    private sealed class Cursor(OrderedMapCursor<ReadOnlyMemory<byte>> inner) : IEngineCursor
    {
        private OrderedMapCursor<ReadOnlyMemory<byte>> _inner = inner;

        public ReadOnlyMemory<byte> Key => _inner.Key;

        public ReadOnlyMemory<byte> Value => _inner.Value;

        public bool MoveNext() => _inner.MoveNext();

        public void Dispose()
        {
        }
    }
}
