using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.Engines;
using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Schema;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Mvcc;

/// <summary>The unpublished state of the apply thread, the published state of the readers, and the step from one to the other.</summary>
/// <remarks>
/// Thread: apply, except <see cref="Published"/>, <see cref="OpenRead"/> and what they return. What was applied since the last
/// <see cref="Publish"/> lives in the key index, in <see cref="Batch"/> and in the list of pending records.
/// </remarks>
internal sealed class MvccStore(IStorageEngine engine, Lessor lessor, AuthStore auth, Action<long>? indexing = null)
{
    private readonly List<RevisionRecord> _pending = [];
    private readonly List<AuthMark> _marks = [];
    private readonly Lock _installing = new();
    private volatile MvccSnapshot _published = new(default, 1, -1, 0, AuthState.Initial);
    private volatile bool _isInstalling;
    private IReadView? _view;

    public OrderedMap<KeyCell> Index { get; private set; } = new();

    /// <summary>Where the changes of keys with a few of them are.</summary>
    public ChangeArena Changes { get; } = new();

    public WriteBatch Batch { get; } = new();

    public Lessor Lessor { get; } = lessor;

    /// <summary>Revision of the last change applied.</summary>
    public long Revision { get; set; } = 1;

    /// <summary>Lowest readable revision; -1 before the first compaction.</summary>
    public long Compacted { get; set; } = -1;

    /// <summary>Revision up to which compaction has removed records from the engine. Readable by any thread.</summary>
    public long CompactionDone { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } = -1;

    public MvccCounts Counts { get; } = new();

    public IRevisionSink? Sink { get; set; }

    /// <summary>The state that readers see.</summary>
    public MvccSnapshot Published => _published;

    /// <summary>True when nothing was applied since the last publish.</summary>
    public bool IsClean => Batch.Count == 0;

    /// <summary>Opens a reader whose key index and engine view match.</summary>
    /// <remarks>
    /// A view that is newer than the index by a commit that is not published yet only has extra records that the index does not name; it
    /// never lacks one, since records are removed only after the compacted revision above them was published. Two publishes in between are
    /// detected by the second check, and both are taken again.
    /// </remarks>
    public ReadTxn OpenRead()
    {
        while (true)
        {
            WaitForInstall();
            var snapshot = _published;
            var view = engine.OpenView();
            if (ReferenceEquals(snapshot, _published) && !_isInstalling)
            {
                return new ReadTxn(this, snapshot, view);
            }

            view.Dispose();
        }
    }

    /// <summary>Appends a change to the batch and to the list of pending records.</summary>
    public void Add(long main, int sub, bool isDelete, byte[] record)
    {
        Batch.Put(Bucket.Revisions, RevisionKey.Encode(main, sub, isDelete), record);
        _pending.Add(new RevisionRecord(main, sub, isDelete, record));
    }

    /// <summary>Users, roles or the switch have changed: what follows is published after this.</summary>
    public void MarkAuth() => _marks.Add(new AuthMark(_pending.Count, Revision, auth.Current));

    /// <summary>Record of a change for the apply thread: memory that outlives the engine view.</summary>
    public bool TryRecord(KeyVersion version, out KeyValue record)
    {
        if (version.Main > _published.Revision)
        {
            record = KeyValueCodec.Decode(Pending(version));
            return true;
        }

        _view ??= engine.OpenView();
        var found = TryRecord(_view, version, out record);
        if (found)
        {
            record = KeyValueCodec.Decode(record.Encoded.ToArray());
        }

        return found;
    }

    public static bool TryRecord(IReadView view, KeyVersion version, out KeyValue record)
    {
        Span<byte> key = stackalloc byte[RevisionKey.Size];
        RevisionKey.Write(key, version.Main, version.Sub, tombstone: false);
        var found = view.TryGet(Bucket.Revisions, key, out var encoded);
        record = found ? KeyValueCodec.Decode(encoded) : default;
        return found;
    }

    /// <summary>
    /// Commits everything applied and makes it visible to readers: engine first, then index and revision in one volatile write.
    /// </summary>
    public void Publish(in StateRecord state)
    {
        Batch.Put(Bucket.Meta, MetaKeys.State, state.Encode());
        Commit();
        _published = new MvccSnapshot(Index.Publish(), Revision, Compacted, state.AppliedIndex, auth.Current);
        Sink?.OnPublished(CollectionsMarshal.AsSpan(_pending), CollectionsMarshal.AsSpan(_marks), Revision);
        _pending.Clear();
        _marks.Clear();
    }

    /// <summary>Commits and publishes a step of the physical compaction, which changes no answer.</summary>
    public void PublishCompaction()
    {
        Commit();
        _published = _published with { Index = Index.Publish() };
    }

    /// <summary>Replaces the content of the engine; new readers wait meanwhile, open ones keep their view.</summary>
    public StateRecord Install(Action replaceEngine)
    {
        StateRecord state;
        lock (_installing)
        {
            _isInstalling = true;
            try
            {
                CloseView();
                Batch.Clear();
                _pending.Clear();
                _marks.Clear();
                replaceEngine();
                state = Load();
            }
            finally
            {
                _isInstalling = false;
            }
        }

        Sink?.OnReplaced(state.Revision, auth.Current);
        return state;
    }

    /// <summary>Rebuilds everything in memory from the engine.</summary>
    public StateRecord Load()
    {
        using var view = engine.OpenView();
        var state = view.TryGet(Bucket.Meta, MetaKeys.State, out var bytes) ? StateRecord.Decode(bytes.Span) : StateRecord.Initial;
        CompactionDone = view.TryGet(Bucket.Meta, MetaKeys.CompactionDone, out bytes) ? RevisionOf(bytes.Span) : -1;
        Revision = state.Revision;
        Compacted = state.Compacted;
        Lessor.Load(view);
        Index = KeyIndexLoader.Load(view, engine.SizeInUse, Lessor, Revision, indexing);
        auth.Load(view);
        _published = new MvccSnapshot(Index.Publish(), Revision, Compacted, state.AppliedIndex, auth.Current);
        return state;
    }

    private static long RevisionOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : throw new EngineException($"The record of the last compaction has {bytes.Length} bytes instead of 8.");

    private void Commit()
    {
        engine.Commit(Batch);
        Batch.Clear();
        CloseView();
    }

    private void CloseView()
    {
        _view?.Dispose();
        _view = null;
    }

    private void WaitForInstall()
    {
        if (_isInstalling)
        {
            lock (_installing)
            {
                return;
            }
        }
    }

    private byte[] Pending(KeyVersion version)
    {
        int low = 0, high = _pending.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var at = _pending[middle];
            if (at.Main == version.Main && at.Sub == version.Sub)
            {
                return at.Record;
            }

            if (at.Main < version.Main || (at.Main == version.Main && at.Sub < version.Sub))
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        throw new InvalidOperationException($"Revision {version.Main}/{version.Sub} is neither published nor pending.");
    }
}
