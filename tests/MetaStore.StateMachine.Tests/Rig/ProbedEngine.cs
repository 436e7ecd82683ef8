using MetaStore.Engines;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Wraps a real engine: counts and checks commits, dumps the content, and copies it as a restart would find it.</summary>
internal sealed class ProbedEngine : IStorageEngine
{
    private readonly IStorageEngine _engine;
    private int _committing;

    public ProbedEngine(string name)
    {
        _engine = EngineFactory.Open(name, EngineFolders.Next());
    }

    public string Name => _engine.Name;

    /// <summary>Reported size instead of the real one, so that a small store can act as a large one.</summary>
    public long? SizeClaimed { get; init; }

    public long SizeInUse => SizeClaimed ?? _engine.SizeInUse;

    public long SizeAllocated => _engine.SizeAllocated;

    /// <summary>Batches committed so far.</summary>
    public int Commits { get; private set; }

    /// <summary>Called with every batch before it is committed; when it throws, the engine is unchanged.</summary>
    public Action<WriteBatch>? BeforeCommit { get; set; }

    /// <summary>Records in the bucket of revisions.</summary>
    public int Records
    {
        get
        {
            var records = 0;
            using var view = OpenView();
            using var cursor = view.Seek(Bucket.Revisions, default, default);
            while (cursor.MoveNext())
            {
                records++;
            }

            return records;
        }
    }

    public void Commit(WriteBatch batch)
    {
        Assert.Equal(1, Interlocked.Increment(ref _committing));
        BeforeCommit?.Invoke(batch);
        _engine.Commit(batch);
        Commits++;
        Interlocked.Decrement(ref _committing);
    }

    public IReadView OpenView() => _engine.OpenView();

    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation) => _engine.WriteCheckpoint(view, target, cancellation);

    public void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null) => _engine.Load(source, cancellation, accept);

    /// <summary>The complete content as one checkpoint, to compare two engines byte for byte.</summary>
    public byte[] Dump()
    {
        var stream = new MemoryStream();
        using var view = OpenView();
        WriteCheckpoint(view, stream, default);
        return stream.ToArray();
    }

    /// <summary>Another engine of the same kind with the same content.</summary>
    public ProbedEngine Copy(long? sizeClaimed = null)
    {
        var copy = new ProbedEngine(Name) { SizeClaimed = sizeClaimed };
        copy.Load(new MemoryStream(Dump()), default);
        return copy;
    }

    public void Dispose() => _engine.Dispose();
}
